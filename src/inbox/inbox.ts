import type {
	Delivery,
	DeliveryId,
	NcaJobId,
	RecordId,
	RunKey,
	Task,
	Via,
} from "../job.ts";

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

/** What retention forgets. */
export const ENDED: readonly State[] = ["done", "stale", "refused", "test"];

/** A request as it is recorded, whatever became of it. */
export type Entry = Delivery & {
	state: Extract<State, "accepted" | "parked" | "refused" | "test">;
	/** Why it was parked or refused. */
	reason: string | null;
	/** Not settled before, ms since the epoch; 0: at once. */
	dueAt: number;
	/** Two entries with the same key are one; null is never a repeat. */
	repeatKey: string | null;
	jobId: RecordId | null;
	ncaJobId: NcaJobId | null;
	method: string;
	ip: string;
	userAgent: string;
	/** What is counted when it is put; a repeat is counted as one instead. null: neither is. */
	tally: string | null;
};

/** What a delivery waits for, and since when, ms since the epoch. */
type Waiting = { what: string; since: number };

/** A delivery that is nobody else's until it ends. */
export type Claim = Delivery & {
	jobId: RecordId | null;
	waiting: Waiting | null;
};

/** What a claim must end in; each exactly once. */
export type Ending =
	/** Dealt with; the verdict says how. */
	| {
			kind: "done";
			verdict: string;
			/** What was parked of this run is due at once. */
			closed?: RunKey;
			/** Put in with it. */
			next?: Entry;
	  }
	/** Of an earlier run of its record: changed nothing. */
	| { kind: "stale" }
	/** Again at `dueAt`, ms since the epoch; null: when its record is there. */
	| { kind: "retry"; dueAt: number | null; waiting: Waiting; reason: string }
	/** Nothing more to be learnt by itself; kept for the poller, a replay or a person. */
	| { kind: "park"; reason: string }
	/** A fault of its own; kept, shown, and a repeat of it is taken up anew. */
	| { kind: "bury"; reason: string };

/** What came of putting an entry: it is new, or a repeat of one. */
export type PutResult =
	| { kind: "new" }
	| { kind: "duplicate"; id: DeliveryId; jobId: RecordId | null };

/** A recorded request as a person sees it. */
export type Recorded = Omit<
	Entry,
	"state" | "repeatKey" | "dueAt" | "tally"
> & {
	state: State;
	attempts: number;
	/** ms since the epoch; null once it has ended, or while its record is not there */
	dueAt: number | null;
};

/** A delivery whose record is not there yet. */
type Unmatched = {
	id: DeliveryId;
	jobId: RecordId | null;
	ncaJobId: NcaJobId | null;
	/** ms since the epoch */
	since: number;
};

/** How many deliveries ended so, since the store was made. */
export type EndingTotal = {
	task: Task;
	state: State;
	/** Of what is done, how; of what was parked, why; else empty. */
	verdict: string;
	via: Via;
	total: number;
};

/** Which of what has ended, or is parked, is to be taken through the drain again. */
export type Replay = {
	id?: string | undefined;
	/** Of this job or run. */
	run?: RunKey | undefined;
	state?: State | undefined;
	reasons?: readonly string[] | undefined;
	/** Received from, and before, ms since the epoch. */
	since?: number | undefined;
	until?: number | undefined;
};

/** What is never taken again: it was not believed, or is none of ours to believe. */
export const NOT_REPLAYED: readonly State[] = ["refused", "test", "processing"];

/** Outcomes that were decided for their hour, by the clock or by a person, who may have changed his mind since. */
export const SAID_ONCE: readonly Via[] = ["timeout", "manual"];

/** Whether it can be taken again: of the program's own errands, and of what was said once, only those that failed. */
export function canBeReplayed({
	state,
	task,
	via,
}: Pick<Recorded, "state" | "task" | "via">): boolean {
	if (NOT_REPLAYED.includes(state)) return false;
	const failed = state === "parked" || state === "buried";
	return failed || (task === "outcome" && !SAID_ONCE.includes(via));
}

/** Which requests a person wants to see. */
export type Filter = {
	/** Of a job, or of one of its runs. */
	ids?: readonly string[] | undefined;
	state?: State | undefined;
	/** Parked, buried, refused, or otherwise ended for one of these. */
	reasons?: readonly string[] | undefined;
	/** ms since the epoch */
	since?: number | undefined;
	/** Text anywhere in the body. */
	text?: string | undefined;
	limit: number;
	/** Only those recorded before this one. */
	before?: string | undefined;
};

/** What stands in the inbox now. */
export type Depth = {
	/** To be settled: accepted, processing, or to be tried again; but for read-backs, which wait by design. */
	waiting: number;
	/** When the oldest of these was received that does not wait for its record, ms since the epoch. */
	oldestAt: number | null;
	/** Of those that wait, how many for what. */
	waitingFor: Readonly<Record<string, number>>;
	/** All there are: webhooks, what the poller found, and our own errands. */
	parked: number;
	buried: number;
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
	/** Those that wait for their record, longest not looked for first. */
	unmatched(limit: number): Promise<Unmatched[]>;
	/** Those of `found` are due at once; the others of `looked` go to the end of the line. */
	lookedFor(
		looked: readonly DeliveryId[],
		found: readonly DeliveryId[],
		now: number,
	): Promise<void>;
	/** Those that wait for one of these records, or for it to bear their id, are due at once: how many. */
	recordsSeen(runs: readonly RunKey[]): Promise<number>;
	/** Makes due at once what is to be taken again; of our own errands only those that failed. @returns their ids */
	replay(which: Replay): Promise<DeliveryId[]>;
	/** Whether an entry with that key would be a repeat. */
	holds(repeatKey: string): Promise<boolean>;
	totals(): Promise<EndingTotal[]>;
	/** When the next one is due, ms since the epoch; null where nothing waits. */
	nextDue(): Promise<number | null>;
	/** Forgets what ended, and was received before `before`: how many. A repeat of what is kept is none any more. */
	prune(before: number): Promise<number>;
	/** Newest first. */
	list(filter: Filter): Promise<Recorded[]>;
	depth(): Promise<Depth>;
	/** Why those wait that wait for this: up to so many reasons, each once. */
	whyWaiting(what: string, limit: number): Promise<string[]>;
	get(id: string): Promise<Recorded | null>;
	/** Writes and removes a row: throws where the disk takes no more. */
	probe(): Promise<void>;
};
