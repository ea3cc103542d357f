import type { NcaJobId, RecordId, Via } from "../job.ts";
import type { OperationName } from "../operations.ts";
import type { JobHistory } from "./judge.ts";

/** What settle needs to remember from one batch to another. Times are ms since the epoch. */
export type Memory = {
	/** Remembers jobs and their current runs; what is known already keeps its first time. */
	saw(jobs: readonly Seen[], now: number): Promise<void>;
	recall(ids: readonly RecordId[]): Promise<Map<RecordId, JobHistory>>;
	/** The newest job known for a target and operation. */
	newestFor(
		targetId: RecordId,
		operation: OperationName,
	): Promise<RecordId | null>;
	/** The first outcome of a run stays. */
	settled(runs: readonly SettledRun[]): Promise<void>;
};

type Seen = {
	id: RecordId;
	ncaJobId: NcaJobId | null;
	operation: OperationName | null;
	targetId: RecordId | null;
	createdAt: number;
};

type SettledRun = {
	jobId: RecordId;
	ncaJobId: NcaJobId | null;
	outcome: "completed" | "failed";
	via: Via;
	at: number;
};
