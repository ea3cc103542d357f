import { asSeen, type Job } from "../airtable/job-record.ts";
import type { StuckRun } from "../inbox/ledger/rounds.ts";
import type { Ledger } from "../inbox/ledger.ts";
import { type Looked, type Subject, said } from "./subject.ts";

const UNKNOWN: StuckRun = {
	stuckSince: null,
	checkedAt: null,
	askedAt: null,
	ncaSaid: null,
	endpoint: null,
	settled: null,
	completedBefore: false,
};

/** The runs that can be looked for; and, in `left`, the jobs that cannot. */
export type Subjects = { subjects: Subject[]; left: Looked[] };

/** Tells the jobs that can be looked for from those that cannot. @throws where the ledger cannot answer */
export async function subjectsOf(
	ledger: Pick<Ledger, "stuckRuns">,
	jobs: readonly Job[],
): Promise<Subjects> {
	const known = await ledger.stuckRuns(jobs.map(asSeen));
	const subjects: Subject[] = [];
	const left: Looked[] = [];
	for (const job of jobs) {
		const { id, createdAt, status, ncaJobId, owner, operation } = job;
		if (owner !== "ours")
			left.push(said(job, "foreign", "NCA does not do it for us"));
		else if (ncaJobId === null)
			left.push(
				said(job, "no_external_job_id", "its External Job ID is empty"),
			);
		else
			subjects.push({
				job: { id, createdAt, status, ncaJobId, owner, operation },
				ncaJobId,
				known: known.get(id) ?? UNKNOWN,
			});
	}
	return { subjects, left };
}

/**
 * How many runs are old enough to be given up, beside those that are looked at now.
 * @param since what has been stuck since then, or for longer, is: ms since the epoch @throws where the ledger cannot answer
 */
export async function oldOthers(
	ledger: Pick<Ledger, "stuckCount">,
	looking: readonly Subject[],
	since: number,
): Promise<number> {
	const isOld = ({ known }: Subject) =>
		known.stuckSince !== null &&
		known.stuckSince <= since &&
		known.ncaSaid !== "completed";
	return (await ledger.stuckCount(since)) - looking.filter(isOld).length;
}
