import type { SeenJob } from "../airtable/job-record.ts";
import type { NcaJobId, RecordId, RunKey } from "../job.ts";
import type { SettledOutcome } from "../settle/case.ts";
import type { Arrival, JobEvent, Memory } from "../settle/memory.ts";

/** What NCA last said of a run. */
export type NcaWord =
	| "queued"
	| "running"
	| "completed"
	| "failed"
	| "lost"
	| "unreadable";

/** A webhook is expected for so long. */
export const EXPECTED_MS = 24 * 3_600_000;

/** The fact of when a job of NCA's was last known to have finished. */
export const NCA_FINISHED = "nca_finished";
/** Counts of webhooks that passed proof; a test is recorded, and nothing else. */
export const RECEIVED: readonly string[] = [
	"webhook accepted",
	"webhook duplicate",
	"webhook parked",
	"webhook malformed",
];
/** The fact of when the last of these came, to a second. */
export const LAST_RECEIVED = "last_received";
/** The fact of when the last round began, also one that did not come to its end. */
export const LAST_ROUND = "last_round";
/** The fact of when the last round ended that was no dry run. */
export const ROUND_ENDED = "round_ended";
/** The fact of how many time-outs are held, as far as rounds know. */
export const ROUND_HELD = "round_held";
/** When the clock was last found to have been set, by what it says since. */
export const CLOCK_STEPPED = "clock_stepped";
/** What that round counted: each a fact, `round_…`. */
export const ROUND_COUNTS = [
	"checked",
	"recovered",
	"failed",
	"waiting",
	"errors",
	"foreign",
] as const;

/** What is known of a run that is stuck. Times are ms since the epoch. */
export type StuckRun = {
	/** Since when each round has found it in processing. */
	stuckSince: number | null;
	/** When its file was last looked for. */
	checkedAt: number | null;
	/** When NCA last answered, and what. */
	askedAt: number | null;
	ncaSaid: NcaWord | null;
	/** NCA's route, where a webhook named it. */
	endpoint: string | null;
	/** What we made of it, and under which id: the record may have borne none then, and got another since. */
	settled: (SettledOutcome & { ncaJobId: NcaJobId | null }) | null;
	/** The job was completed under an id that its record never bore. */
	completedBefore: boolean;
};

/** What a look at a run came to. */
export type Look = RunKey & { verdict: string; why: string };

/** A webhook that is to come. */
export type Expected = {
	jobId: RecordId;
	ncaJobId: NcaJobId | null;
	operation: string;
	/** ms since the epoch */
	at: number;
};

/** What became of it. */
type Expectation = Expected & {
	/** By the engine; else a round found the job. */
	announced: boolean;
	/** How often its file was looked for. */
	attempts: number;
	/** ms since the epoch */
	arrivedAt: number | null;
};

/** How the webhooks of an operation came, of those that were expected since a time. */
export type OperationFigures = {
	operation: string;
	expected: number;
	arrived: number;
	/** After the time at which the poller begins to look. */
	late: number;
	/** Of those: how long after it, seconds. */
	averageLateSeconds: number | null;
	/** A day has passed without it. */
	neverArrived: number;
	/** In NCA's queue and at work: seconds. */
	p50Seconds: number | null;
	p99Seconds: number | null;
};

/** How long it is known in which minute something was counted. */
export const RECENT_MS = 25 * 3_600_000;

/** What is counted, by name: in all, and by the minute for a day. Neither a restart nor retention changes a total. */
export type Tallies = {
	/** So many more of each, in whole numbers. @param at ms since the epoch */
	tally(counts: ReadonlyMap<string, number>, at: number): Promise<void>;
	/** All there ever were; `since`: from the beginning of that minute, at most RECENT_MS ago. */
	tallies(since?: number): Promise<Map<string, number>>;
	/** Those since then, likewise, by name and hour: when it began, ms since the epoch. */
	talliesByHour(since: number): Promise<Map<string, Map<number, number>>>;
};

/** Where a job stands: the first of these that is so. */
export const JOB_STATES = [
	/** The last round found it in processing. */
	"stuck",
	/** Its webhook is announced, and is not here; nor was it closed since. */
	"expected",
	"completed",
	"failed",
	"seen",
] as const;

/** A job of ours as it is remembered. Times are ms since the epoch. */
export type KnownJob = {
	jobId: RecordId;
	/** Of its latest run. */
	ncaJobId: NcaJobId | null;
	operation: string | null;
	targetId: RecordId | null;
	state: (typeof JOB_STATES)[number];
	/** When it was made, and when its record was first seen; before that, when its webhook is expected from. */
	createdAt: number;
	firstSeenAt: number;
	/** Of its latest run, as all that follows. */
	stuckSince: number | null;
	checkedAt: number | null;
	ncaSaid: NcaWord | null;
	/** What the last look came to. */
	looked: { verdict: string; why: string } | null;
	settled: Pick<SettledOutcome, "outcome" | "via" | "at" | "reason"> | null;
};

export type KnownJobs = {
	/** Newest made first. `before`: those after this one in the list. */
	jobs(filter: {
		state?: KnownJob["state"] | undefined;
		limit: number;
		before?: string | undefined;
	}): Promise<KnownJob[]>;
	/** null where neither its record was seen nor its webhook is announced. */
	job(jobId: RecordId): Promise<KnownJob | null>;
	/** Of those in processing: how many are stuck, and of how many more the webhook is announced and not here. */
	inProcessing(): Promise<{ stuck: number; expected: number }>;
	/** How many jobs of ours were made since then, as far as they were seen. */
	madeSince(since: number): Promise<number>;
	/** Whether a webhook was expected between these times, and did not come. */
	missedBetween(since: number, before: number): Promise<boolean>;
};

/** What the program remembers of jobs. It can be lost: Airtable holds what matters. Times are ms since the epoch. */
export type Ledger = Omit<Memory, "arrived" | "spacesAnswered"> &
	Tallies &
	KnownJobs & {
		/** Webhooks that were expected, or not. @returns of each that is its run's first: how long after its job was made it came, ms */
		arrived(arrivals: readonly Arrival[]): Promise<number[]>;
		/** A round found these in processing, and so expects their webhooks; `whole`: with those that it told before, at the same time, it found all there are. */
		listed(
			jobs: readonly SeenJob[],
			now: number,
			whole: boolean,
		): Promise<void>;
		/** What is known of the runs that these records bear. */
		stuckRuns(jobs: readonly SeenJob[]): Promise<Map<RecordId, StuckRun>>;
		/** Runs were looked for; only what is new of it goes into the timeline. */
		looked(looks: readonly Look[], now: number): Promise<void>;
		/** A HEAD found a file at this URL. @param size bytes @param at ms since the epoch */
		fileSeen(url: string, size: number, at: number): Promise<void>;
		/** NCA answered. */
		ncaSaid(run: RunKey, said: NcaWord, event: JobEvent): Promise<void>;
		/** The runs of this job, or that bear this id, are due for a look at once. @returns how many were not */
		dueNow(ids: {
			jobId: RecordId | null;
			ncaJobId: NcaJobId | null;
		}): Promise<number>;
		/** How many runs have been stuck since then, or longer, and NCA does not say done. */
		stuckCount(since: number): Promise<number>;
		/** Since when NCA says of a stuck run that it is queued or running; of several, the longest. */
		busySince(): Promise<number | null>;
		/** The engine announces it. */
		expect(expected: Expected): Promise<void>;
		/** The webhooks of a job that were expected. */
		expectations(jobId: RecordId): Promise<Expectation[]>;
		/** Jobs whose announced webhook was expected between these times, and is not here. */
		overdue(since: number, before: number, limit: number): Promise<RecordId[]>;
		/** Jobs that were announced, and of which there is no run to look for. */
		attempted(jobs: readonly RecordId[]): Promise<void>;
		/** Nobody waits for the webhooks of these jobs any more. */
		resolved(jobs: readonly RecordId[], now: number): Promise<void>;
		operationFigures(
			since: number,
			now: number,
			patienceMs: number,
		): Promise<OperationFigures[]>;
		/** How many webhooks came late, ever. */
		lateWebhooks(): Promise<number>;
		/** So many more acknowledgements took up to so many ms, by that upper bound. @param at ms since the epoch */
		acknowledged(
			at: number,
			counts: ReadonlyMap<number, number>,
		): Promise<void>;
		/** Those since then, from the beginning of its hour. */
		acknowledgements(since: number): Promise<Map<number, number>>;
		/** Something else that happened to a job. */
		happened(event: JobEvent): Promise<void>;
		/**
		 * Forgets what happened, what was expected, files and times before; what is wanted to undo a close, and a job of which
		 * nothing more was heard, only where it is older yet.
		 */
		prune(before: number, closesBefore: number): Promise<void>;
		/** A time, or a mark, that was noted under a name. */
		fact(name: string): Promise<number | null>;
		note(name: string, value: number): Promise<void>;
	};
