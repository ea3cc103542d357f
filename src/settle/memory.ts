import type { SeenJob } from "../airtable/job-record.ts";
import type { NcaJobId, RecordId, Via } from "../job.ts";
import type { OperationName } from "../operations.ts";
import type { JobHistory } from "./judge.ts";

export type SettledRun = {
	jobId: RecordId;
	ncaJobId: NcaJobId | null;
	outcome: "completed" | "failed";
	via: Via;
	at: number;
};

/** What settle needs to remember from one batch to another. */
export type Memory = {
	/** Remembers jobs and the runs they bear. A first time stays, and so does what is not known this time. Times are ms since the epoch. */
	saw(jobs: readonly SeenJob[], now: number): Promise<void>;
	recall(ids: readonly RecordId[]): Promise<Map<RecordId, JobHistory>>;
	/** The newest job known for a target and operation. */
	newestFor(
		targetId: RecordId,
		operation: OperationName,
	): Promise<RecordId | null>;
	/** Remembers what became of runs. */
	settled(runs: readonly SettledRun[]): Promise<void>;
};
