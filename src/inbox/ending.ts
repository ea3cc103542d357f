import type { DeliveryId, ReadBack, Settled } from "../job.ts";
import { LONGEST_PAUSE_MS, retryDelay } from "./backoff.ts";
import type { Claim, Ending, Entry } from "./inbox.ts";
import { ownEntry } from "./own-entry.ts";

type Needs = {
	newId: () => DeliveryId;
	now: () => number;
	random: () => number;
};

type Retry = Extract<Ending, { kind: "retry" }>;
type Done = Extract<Settled, { kind: "done" }>;

/** What a delivery waits for that met a dependency's fault. */
const FAULT = "fault";
/** What a delivery waits for whose record is not there. */
export const RECORD = "record";
/** The second look for a record, for one that is written late, ms; after that, once a round. */
const SECOND_LOOK_MS = 10_000;

/** How a claim ends, by how it was settled: exactly one way, and every patience has an end. */
export function createAsEnding({ newId, now, random }: Needs) {
	/** @param restUntil what met a fault is not taken before, ms since the epoch */
	return function asEnding(
		claim: Claim,
		how: Settled | undefined,
		restUntil: number,
	): Ending {
		if (!how) return { kind: "bury", reason: "settle gave no ending" };
		switch (how.kind) {
			case "fault":
				return afterFault(claim, how.error.message, restUntil);
			case "unmatched":
				return untilMatched(claim, how.patienceMs);
			case "done":
				return asDone(how);
			case "wait": {
				const ending = again(claim, how.park, how.why, how.leastMs);
				const waited = now() - ending.waiting.since;
				if (waited < how.patienceMs) return ending;
				return { kind: "park", reason: how.park };
			}
			default:
				return how;
		}
	};

	function asDone({ verdict, closed, readBack }: Done): Ending {
		return {
			kind: "done",
			verdict,
			...(closed && { closed }),
			...(readBack && { next: errand(readBack) }),
		};
	}

	function errand(readBack: ReadBack): Entry {
		const { jobId, ncaJobId, operation, targetId, dueAt } = readBack;
		return ownEntry({
			id: newId(),
			task: "read_back",
			via: "polling",
			jobId,
			ncaJobId,
			query: `&operation=${operation}&target_id=${targetId}`,
			body: { id: jobId, job_id: ncaJobId },
			at: now(),
			dueAt,
			once: "read_back",
		});
	}

	/** Looked for once more, soon; after that when a round finds its record. */
	function untilMatched(claim: Claim, patienceMs: number): Ending {
		const since = sinceOf(claim, RECORD);
		if (now() - since >= patienceMs)
			return { kind: "park", reason: "no record" };
		const isSecond = claim.waiting?.what === RECORD;
		const dueAt = isSecond ? null : now() + SECOND_LOOK_MS;
		const reason = "no record yet";
		return { kind: "retry", dueAt, waiting: { what: RECORD, since }, reason };
	}

	function again(
		claim: Claim,
		what: string,
		reason: string,
		leastMs = 0,
	): Retry {
		const since = sinceOf(claim, what);
		const delay = retryDelay(now() - since, random());
		const dueAt = now() + Math.max(delay, leastMs);
		return { kind: "retry", dueAt, waiting: { what, since }, reason };
	}

	/** Counted from the first look that found just this wanting: not while it waited for something else. */
	function sinceOf({ waiting }: Claim, what: string): number {
		return waiting?.what === what ? Math.min(waiting.since, now()) : now();
	}

	/** A fault's time is not counted: what it waited for before, it has waited for no longer when it is over. */
	function afterFault(
		{ waiting }: Claim,
		reason: string,
		restUntil: number,
	): Retry {
		const { what, since } = waiting ?? { what: FAULT, since: now() };
		const delay = retryDelay(Math.max(0, now() - since), random());
		const dueAt = Math.max(
			restUntil,
			now() + Math.min(delay, LONGEST_PAUSE_MS),
		);
		const lost = what === FAULT ? 0 : dueAt - now();
		return {
			kind: "retry",
			dueAt,
			waiting: { what, since: since + lost },
			reason,
		};
	}
}
