import { setImmediate } from "node:timers/promises";
import type { Entry, Recorded, State } from "./inbox.ts";

/** What nobody vouches for has so much together, bytes: refused, tests, parked at the door, and without a record. */
export const BUDGET = 64 * 1024 * 1024;
/** Where it is used up, so much is left free of it: it need not be looked at again at once, bytes. */
const SPARE = 4 * 1024 * 1024;
/** What was acknowledged makes room for no more than this. */
const SPARE_OF_KEPT = SPARE / 16;

/** Whether one of a state is still to go where so much is used, bytes. */
export function isTooMuch(used: number, state: State): boolean {
	return used > BUDGET - (isAcknowledged(state) ? SPARE_OF_KEPT : SPARE);
}

/** Whether its sender was told that it is taken. */
export function isAcknowledged(state: State): boolean {
	return state !== "refused" && state !== "test";
}

/** Of a record beside its texts and its body, about, bytes. */
export const RECORD_BYTES = 512;

/** What a request takes that is recorded, about, bytes. */
export function entryBytes({
	body,
	query,
	userAgent,
}: Pick<Entry, "body" | "query" | "userAgent">): number {
	return RECORD_BYTES + body.length + query.length + userAgent.length;
}

/** Told of a request that was acknowledged, before it goes to make room: its body can be kept elsewhere. */
export type Evicted = (recorded: Recorded) => void;

/** What watches how much is used. */
export type Budget = {
	/** So much more may be used, bytes. */
	add(bytes: number): void;
	/** Resolves when nothing is being freed any more. */
	settled(): Promise<void>;
};

/**
 * Knows when the budget may be used up, and has it looked at then: never in a request's way, and never twice at a time.
 * @param enforce looks how much is used, and frees what is too much. @returns bytes used after it
 */
export function createBudget(enforce: () => Promise<number>): Budget {
	/** At the most; before the first look nobody knows. */
	let used = BUDGET;
	let running: Promise<void> | null = null;

	async function look(): Promise<void> {
		// Also for what came while it was looked at.
		while (used > BUDGET) {
			// Whoever has put it in has the answer first.
			await setImmediate();
			used = 0;
			const left = await enforce();
			used += left;
		}
	}

	return {
		add(bytes) {
			used += bytes;
			if (used <= BUDGET || running !== null) return;
			running = look()
				.catch(() => {
					// The store takes no more now: it is looked at again with the next that is put in.
					used = BUDGET;
				})
				.finally(() => {
					running = null;
				});
		},
		settled: async () => void (await running),
	};
}

/** What of an entry counts as soon as it is put in. */
export function budgetedBytes(entry: Entry): number {
	return entry.state === "accepted" ? 0 : entryBytes(entry);
}
