/** How often each fault is tried: a few times in `npm test`, more often in `npm run test:faults`. */
export const FAULT_ROUNDS = Number(process.env.FAULT_ROUNDS ?? 2);

/** How long webhooks come at a steady rate, seconds. */
export const FAULT_SECONDS = Number(process.env.FAULT_SECONDS ?? 4);

/** What decides when a fault comes: the same, and it comes at the same moments. */
export const FAULT_SEED = Number(process.env.FAULT_SEED ?? 1);

/** Whether a person reads what was tried, and what came of it. */
const isRead = process.env.FAULT_LINES === "yes";

/** Numbers from 0 to 1 that look like chance and can be had again: mulberry32. */
export function createChance(seed = FAULT_SEED): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** One line for a person: the fault, and what came of it. */
export function tell(
	fault: string,
	facts: Record<string, number | string>,
): void {
	if (!isRead) return;
	const said = Object.entries(facts).map(([what, much]) => `${what} ${much}`);
	console.log(`FAULT ${fault} | ${said.join(" | ")}`);
}
