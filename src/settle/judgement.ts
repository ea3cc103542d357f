import type { StoredObject } from "../probe/object.ts";

export type Rules = {
	completedStatus: string;
	failedStatus: string;
	/** A job in one of these is stuck, if it is old enough. */
	pollingStatuses: readonly string[];
	/** The engine writes late, and sets a job back that was closed before: within this that is its doing. ms */
	setBackMs: number;
	/** An URL that was sent as an object of ours, or null. */
	locate: (url: string) => StoredObject | null;
};

/** What a delivery means for its job, before anything is asked of anyone. */
export type Judgement =
	/** Nothing to write. */
	| { kind: "agrees" }
	| { kind: "conflicts" }
	| { kind: "stale" }
	/** Too late to matter. */
	| { kind: "moot" }
	/** `completed` already, by someone else's hand: it agrees if the target holds a file. */
	| { kind: "compare" }
	/** Cannot be believed yet; if it cannot be in five minutes, it is parked under that word. */
	| { kind: "wait"; park: string; why: string }
	| { kind: "park"; reason: string }
	/** Completed, if each of these is really there. `isAsserted`: that they are the job's, only the webhook says. */
	| { kind: "prove"; objects: StoredObject[]; isAsserted: boolean }
	| { kind: "fail"; reason: string };
