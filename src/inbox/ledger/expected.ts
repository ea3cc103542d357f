import type { NcaJobId, RecordId } from "../../job.ts";

/** A webhook is expected for so long. */
export const EXPECTED_MS = 24 * 3_600_000;

/** A webhook that is to come. */
export type Expected = {
	jobId: RecordId;
	ncaJobId: NcaJobId | null;
	operation: string;
	/** ms since the epoch */
	at: number;
};

/** What became of it. */
export type Expectation = Expected & {
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

/** The webhooks that are to come, and how they came. Times are ms since the epoch. */
export type ExpectedWebhooks = {
	/** The engine announces it. */
	expect(expected: Expected): Promise<void>;
	/** The webhooks of a job that were expected. */
	expectations(jobId: RecordId): Promise<Expectation[]>;
	/** Jobs whose announced webhook was expected between these times, and is not here. */
	overdue(since: number, before: number, limit: number): Promise<RecordId[]>;
	/** Whether a webhook was expected between these times, and did not come. */
	missedBetween(since: number, before: number): Promise<boolean>;
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
};
