import type { SeenJob } from "../airtable/job-record.ts";
import type { RecordId } from "../job.ts";
import type { Memory } from "../settle/memory.ts";

/** What the program remembers of jobs. It can be lost: Airtable holds what matters. Times are ms since the epoch. */
export type Ledger = Memory & {
	/** When the poller last looked for the file of each run that these records bear. */
	lastChecks(jobs: readonly SeenJob[]): Promise<Map<RecordId, number>>;
	checked(jobs: readonly SeenJob[], now: number): Promise<void>;
	/** When the last round began. */
	lastRound(): Promise<number | null>;
	roundBegan(now: number): Promise<void>;
};
