import type { Delivery, DeliveryId, NcaJobId, RecordId } from "../job.ts";

/** Where a recorded request can stand. The first five wait or are shown to a person; retention never touches them. */
export const STATES = [
	"accepted",
	"processing",
	"retry",
	"parked",
	"buried",
	"done",
	"stale",
	"refused",
	"test",
] as const;

export type State = (typeof STATES)[number];

/** A request as it is recorded, whatever became of it. */
export type Entry = Delivery & {
	state: Extract<State, "accepted" | "parked" | "refused" | "test">;
	/** Why it was parked or refused. */
	reason: string | null;
	/** Two entries with the same key are one; null is never a repeat. */
	repeatKey: string | null;
	jobId: RecordId | null;
	ncaJobId: NcaJobId | null;
	method: string;
	ip: string;
	userAgent: string;
};

/** What a delivery waits for, and since when, ms since the epoch. */
export type Waiting = { what: string; since: number };

/** A delivery that is nobody else's until it ends. */
export type Claim = Delivery & {
	jobId: RecordId | null;
	waiting: Waiting | null;
};

/** What a claim must end in; each exactly once. */
export type Ending =
	/** Dealt with; the verdict says how. */
	| { kind: "done"; verdict: string }
	/** Of an earlier run of its record: changed nothing. */
	| { kind: "stale" }
	/** Again at `dueAt`, ms since the epoch. */
	| { kind: "retry"; dueAt: number; waiting: Waiting; reason: string }
	/** Nothing more to be learnt by itself; kept for the poller, a replay or a person. */
	| { kind: "park"; reason: string }
	/** A fault of its own; kept, shown, and a repeat of it is taken up anew. */
	| { kind: "bury"; reason: string };

export type PutResult =
	| { kind: "new" }
	| { kind: "duplicate"; id: DeliveryId; jobId: RecordId | null };

/** A recorded request as a person sees it. */
export type Recorded = Omit<Entry, "state" | "repeatKey"> & {
	state: State;
	attempts: number;
	/** ms since the epoch; null once it has ended */
	dueAt: number | null;
};

export type Filter = {
	jobId?: string | undefined;
	state?: State | undefined;
	/** ms since the epoch */
	since?: number | undefined;
	/** Text anywhere in the body. */
	text?: string | undefined;
	limit: number;
	/** Only those recorded before this one. */
	before?: string | undefined;
};

/**
 * The durable inbox. Every method throws where the store cannot do it; `put` returns only when the entry is
 * safe on disk, so what was acknowledged is never lost.
 */
export type Inbox = {
	put(entry: Entry): Promise<PutResult>;
	/** Takes up to `limit` that are due, longest due first; they are nobody else's until they end. */
	claim(limit: number, now: number): Promise<Claim[]>;
	/** Ends claims, all or none. @returns those that were not claimed, which are left as they are */
	end(endings: ReadonlyMap<DeliveryId, Ending>): Promise<DeliveryId[]>;
	/** When the next one is due, ms since the epoch; null where nothing waits. */
	nextDue(): Promise<number | null>;
	/** Forgets what ended, and was received before `before`: how many. A repeat of what is kept is none any more. */
	prune(before: number): Promise<number>;
	/** Newest first. */
	list(filter: Filter): Promise<Recorded[]>;
	get(id: string): Promise<Recorded | null>;
	/** Writes and removes a row: throws where the disk takes no more. */
	probe(): Promise<void>;
};
