import type { Transient } from "./errors.ts";
import type { OperationName } from "./operations.ts";

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** An Airtable record's id, `rec…`. */
export type RecordId = Branded<"RecordId">;
/** NCA's own id for a run, a uuid4; the engine keeps it in `External Job ID`. */
export type NcaJobId = Branded<"NcaJobId">;
/** Our id for one recorded request, unique over all machines. */
export type DeliveryId = Branded<"DeliveryId">;

/** The value as a record id, or null where it has not that form. */
export function asRecordId(value: unknown): RecordId | null {
	return typeof value === "string" && /^rec[A-Za-z0-9]{4,32}$/.test(value)
		? (value as RecordId)
		: null;
}

/** The value as an NCA job id, or null. Wider than a uuid: the engine can also write `sync-…`. */
export function asNcaJobId(value: unknown): NcaJobId | null {
	return typeof value === "string" &&
		/^[A-Za-z0-9][A-Za-z0-9_-]{1,63}$/.test(value)
		? (value as NcaJobId)
		: null;
}

/** How an outcome was learnt. */
export type Via = "webhook" | "polling" | "nca_status" | "manual" | "timeout";

/** What a delivery is taken out of the inbox for; all but an outcome are our own errands. */
export type Task =
	/** Says what became of a job. */
	| "outcome"
	/** Looks whether Airtable has kept what was attached. */
	| "read_back"
	/** Undoes our close. */
	| "reopen";

/** What a body says of its job. Its URLs are NCA's words, not yet believed. */
export type Verdict =
	| { kind: "completed"; urls: string[] }
	| { kind: "failed"; reason: string }
	| { kind: "none" };

/** A request's body and query in our words; what was asked, not what is so. */
export type Reading = {
	verdict: Verdict;
	/** Which job it speaks of: the query's `job_id`, else the body's `id`. */
	jobId: RecordId | null;
	/** The body's `id`, where it is a record id. */
	bodyId: RecordId | null;
	/** The query's `job_id`, where it is a record id. */
	queryJobId: RecordId | null;
	/** The body's `job_id`. */
	ncaJobId: NcaJobId | null;
	/** The query's `operation`, as sent. */
	operation: string | null;
	/** Record ids in the query that may name the target, by parameter. */
	targets: { target_id: RecordId | null; video_id: RecordId | null };
	/** NCA's route, as the body names it; older builds do not. */
	endpoint: string | null;
	/** How long the job waited in NCA's queue and ran, seconds. */
	workSeconds: number | null;
	/** `"test": true` in the body. */
	isTest: boolean;
};

/** How a sender has shown that it knows our secret; `own` is what this program found or was told by its operator. */
export type SenderProof = "none" | "token" | "signature" | "own";

/** One recorded request, or one finding of our own in the same shape. */
export type Delivery = {
	id: DeliveryId;
	task: Task;
	/** ms since the epoch */
	receivedAt: number;
	via: Via;
	proof: SenderProof;
	/** The raw query, without `?` and without `token`. */
	query: string;
	body: Buffer;
};

/** A record together with NCA's id for it; null: the record bore none. */
export type RunKey = { jobId: RecordId; ncaJobId: NcaJobId | null };

/** The errand of looking whether Airtable has kept what was attached to a target. */
export type ReadBack = RunKey & {
	operation: OperationName;
	targetId: RecordId;
	/** Not before, ms since the epoch. */
	dueAt: number;
};

/** How settling one delivery went. */
export type Settled =
	/** Dealt with; the verdict says how. */
	| {
			kind: "done";
			verdict: string;
			/** This run is closed by it: what was parked of it can be judged again. */
			closed?: RunKey;
			/** What it attached is to be read back. */
			readBack?: ReadBack;
	  }
	/** Of an earlier run of its record: changed nothing. */
	| { kind: "stale" }
	/** Its record is not there yet: it is looked for each round, for `patienceMs`. */
	| { kind: "unmatched"; patienceMs: number }
	/**
	 * Not yet, and why. Parked under `park` when it has waited `patienceMs` for this; Infinity: never. Looked at
	 * again after `leastMs`, or as the drain sees fit.
	 */
	| {
			kind: "wait";
			why: string;
			park: string;
			patienceMs: number;
			leastMs?: number;
	  }
	| { kind: "park"; reason: string }
	/** Given up, with an alert; a person can have it taken up again. */
	| { kind: "bury"; reason: string }
	/** A dependency failed before it could be settled. */
	| { kind: "fault"; error: Transient };
