import type { SeenJob } from "../../airtable/job-record.ts";
import type { NcaJobId, RecordId, RunKey } from "../../job.ts";
import type { SettledOutcome } from "../../settle/case.ts";
import type { NcaWord } from "./nca.ts";

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

/** What rounds find, and are to know. Times are ms since the epoch. */
export type Rounds = {
	/** A round found these in processing, and so expects their webhooks; `whole`: with those that it told before, at the same time, it found all there are. */
	listed(jobs: readonly SeenJob[], now: number, whole: boolean): Promise<void>;
	/** What is known of the runs that these records bear. */
	stuckRuns(jobs: readonly SeenJob[]): Promise<Map<RecordId, StuckRun>>;
	/** How many runs have been stuck since then, or longer, and NCA does not say done. */
	stuckCount(since: number): Promise<number>;
	/** Runs were looked for; only what is new of it goes into the timeline. */
	looked(looks: readonly Look[], now: number): Promise<void>;
	/** The runs of this job, or that bear this id, are due for a look at once. @returns how many were not */
	dueNow(ids: {
		jobId: RecordId | null;
		ncaJobId: NcaJobId | null;
	}): Promise<number>;
};
