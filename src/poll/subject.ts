import type { Job } from "../airtable/job-record.ts";
import type { StuckRun } from "../inbox/ledger/rounds.ts";
import type { NcaJobId, RecordId } from "../job.ts";

/** A job in what a round needs of it: the fields of thousands of records are not held. */
type PolledJob = Pick<
	Job,
	"id" | "createdAt" | "status" | "ncaJobId" | "owner" | "operation"
>;

/** A job of ours with a run, and what is known of it. */
export type Subject = {
	job: PolledJob;
	ncaJobId: NcaJobId;
	known: StuckRun;
};

/** How subjects are looked at. */
export type InspectOptions = {
	/** When the jobs were read, ms since the epoch. */
	began: number;
	/** Whether NCA is asked about each, however lately it was. */
	all: boolean;
	dryRun: boolean;
	/** The operator's word. */
	giveUp: boolean;
	/** How many others, not looked at now, could be given up as well. */
	others: number;
};

/** What one look at a job came to. */
export type LookVerdict =
	/** Its file is there: a finding is in the inbox, or, in a dry run, would be. */
	| "recovered"
	/** NCA says that it failed, or it is given up: likewise. */
	| "failed"
	/** No news, or a finding is in the inbox already. */
	| "waiting"
	/** Spaces could not say. */
	| "error"
	/** Not looked for. */
	| "closed"
	| "foreign"
	| "no_external_job_id";

export type Looked = { job_id: RecordId; verdict: LookVerdict; why: string };

/** What one look at a job came to, and why. */
export function said(
	{ id }: Pick<Job, "id">,
	verdict: LookVerdict,
	why: string,
): Looked {
	return { job_id: id, verdict, why };
}
