import type { NcaJobId, RecordId } from "../../job.ts";
import type { SettledOutcome } from "../../settle/case.ts";
import type { NcaWord } from "./nca.ts";

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

/** The jobs that are remembered, for people. */
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
};
