import type { NcaJobId, RecordId, Via } from "../job.ts";
import type { OperationName } from "../operations.ts";

/** A job as its record shows it now. */
export type SeenJob = {
	id: RecordId;
	/** The record's External Job ID. */
	ncaJobId: NcaJobId | null;
	operation: OperationName | null;
	targetId: RecordId | null;
	/** ms since the epoch */
	createdAt: number;
};

/** A record together with NCA's id for it, and what we made of it. Times are ms since the epoch. */
export type Run = {
	/** null while the record named none */
	ncaJobId: NcaJobId | null;
	firstSeenAt: number;
	checkedAt: number | null;
	settled: { outcome: "completed" | "failed"; via: Via; at: number } | null;
};

export type History = { firstSeenAt: number; runs: Run[] };

export type SettledRun = {
	jobId: RecordId;
	ncaJobId: NcaJobId | null;
	outcome: "completed" | "failed";
	via: Via;
	at: number;
};

/** What the program remembers of jobs. It can be lost: Airtable holds what matters. */
export type Ledger = {
	/** Remembers jobs and their current runs; what is known already keeps its first time. */
	saw(jobs: readonly SeenJob[], now: number): Promise<void>;
	recall(jobIds: readonly RecordId[]): Promise<Map<RecordId, History>>;
	/** The newest job that is known for a target and operation. */
	newestFor(
		targetId: RecordId,
		operation: OperationName,
	): Promise<RecordId | null>;
	/** Remembers when the poller last looked for these runs' files. */
	checked(
		jobs: readonly Pick<SeenJob, "id" | "ncaJobId">[],
		now: number,
	): Promise<void>;
	/** The first outcome of a run stays. */
	settled(runs: readonly SettledRun[]): Promise<void>;
	/** When the last round began, ms since the epoch. */
	lastRound(): Promise<number | null>;
	roundBegan(now: number): Promise<void>;
};
