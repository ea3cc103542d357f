import type { Delivery } from "../job.ts";
import type { SettledRun } from "../settle/memory.ts";
import { STATE_OF } from "./ended-as.ts";
import type { Ending, Entry, PutResult } from "./inbox.ts";
import { RECEIVED } from "./ledger/facts.ts";

/** So many of each, by name. */
export type Counts = ReadonlyMap<string, number>;

/** What is counted of a request that was put; null: it is not counted. */
export function tallyOfPut(
	{ tally }: Pick<Entry, "tally">,
	{ kind }: Pick<PutResult, "kind">,
): string | null {
	return tally !== null && kind === "duplicate" ? "webhook duplicate" : tally;
}

/** What is counted of the end of a claim: of webhooks that came, each time; null: it is not counted. */
export function tallyOfEnding(
	{ task, proof }: Pick<Delivery, "task" | "proof">,
	{ kind }: Pick<Ending, "kind">,
): string | null {
	const isWebhook = task === "outcome" && proof !== "own";
	return isWebhook && kind !== "retry" ? `ended ${STATE_OF[kind]}` : null;
}

/** What is counted of a run that was closed. @param createdAt of its job, ms since the epoch; null: not known */
export function countsOfSettled(
	{ outcome, via, at, again }: SettledRun,
	createdAt: number | null,
): Counts {
	if (again) return new Map();
	const isRecovery = via === "polling" || via === "nca_status";
	return new Map([
		[`settled ${outcome} ${via}`, 1],
		...time("processing", createdAt, at),
		...(isRecovery ? time("recovery", createdAt, at) : []),
	]);
}

/** What is counted of the first webhook of a run. @param delay since its job was made, ms */
export function countsOfDelay(delay: number): Counts {
	return new Map([
		["delay count", 1],
		["delay ms", delay],
	]);
}

/** How long it took, ms. Airtable's clock and ours can differ: nothing takes less than no time. */
export function lasted(from: number, to: number): number {
	return Math.max(0, to - from);
}

/** Whether what is counted came from outside, and passed proof. */
export function isReceived(counts: Counts): boolean {
	return RECEIVED.some((name) => counts.has(name));
}

function time(
	what: string,
	from: number | null,
	to: number,
): [string, number][] {
	if (from === null) return [];
	return [
		[`${what} count`, 1],
		[`${what} ms`, lasted(from, to)],
	];
}

/** Adds one of each name to sums. */
export function addOne(sums: Map<string, number>, name: string | null): void {
	if (name !== null) sums.set(name, (sums.get(name) ?? 0) + 1);
}
