import { asSeen, type Job } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import { EXPECTED_MS } from "../inbox/ledger/expected.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { RecordId } from "../job.ts";

type Needs = {
	records: Pick<Records, "jobs">;
	ledger: Pick<Ledger, "overdue" | "resolved" | "saw" | "attempted">;
	/** Statuses of jobs that have ended. */
	finalStatuses: readonly string[];
	timeoutMs: number;
};

/** Of jobs that the engine announced and that are not in processing, a round reads so many. */
const MOST_ANNOUNCED = 100;

/** Jobs that the engine announced, whose webhook is overdue, and that are not in processing. What it makes throws Transient. */
export function createAnnounced({
	records,
	ledger,
	finalStatuses,
	timeoutMs,
}: Needs) {
	return async function announcedOf(
		listed: ReadonlySet<RecordId>,
		began: number,
		dryRun: boolean,
	): Promise<Job[]> {
		const overdue = await ledger.overdue(
			began - EXPECTED_MS,
			began - timeoutMs,
			MOST_ANNOUNCED,
		);
		const others = overdue.filter((id) => !listed.has(id));
		const jobs = await records.jobs(others);
		const isOver = (job: Job) =>
			job.owner !== "ours" || finalStatuses.includes(job.status);
		const open = jobs.filter((job) => !isOver(job));
		if (!dryRun) {
			await ledger.resolved(
				jobs.filter(isOver).map(({ id }) => id),
				began,
			);
			await ledger.saw(open.map(asSeen), began);
			const looking = new Set(
				open.filter(({ ncaJobId }) => ncaJobId !== null).map(({ id }) => id),
			);
			await ledger.attempted(others.filter((id) => !looking.has(id)));
		}
		return open;
	};
}
