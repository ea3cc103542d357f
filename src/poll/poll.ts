import { asSeen, type Job } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import type { Ledger } from "../inbox/ledger.ts";
import { asNcaJobId, asRecordId } from "../job.ts";
import type { Log } from "../log.ts";
import { isDue } from "./due.ts";
import type { Looked } from "./look.ts";

/** What a round did: `checked` is the sum of the four after it; `jobs` also names those that were left. */
type RoundReport = {
	checked: number;
	recovered: number;
	failed: number;
	waiting: number;
	errors: number;
	jobs: Looked[];
};

type RoundOptions = {
	/** Instead of the webhook's time-out. */
	olderThanMs?: number | undefined;
	/** Whether each job is looked at, however lately it was. */
	all?: boolean;
	/** Writes nothing anywhere. */
	dryRun?: boolean;
};

export type Poll = {
	/** Looks for the files of the jobs that are stuck, after a round that is running. @throws Transient */
	round(options?: RoundOptions): Promise<RoundReport>;
	/** Looks for one job's file, by either id; null where no record bears it. @throws Transient */
	check(id: string): Promise<Looked | null>;
	/** Whether the interval has passed since the last round began. */
	isDue(): Promise<boolean>;
};

type Needs = {
	records: Pick<Records, "jobs" | "jobsOfRuns" | "jobsInStatus">;
	look: (job: Job, dryRun: boolean) => Promise<Looked>;
	ledger: Pick<
		Ledger,
		"saw" | "lastChecks" | "checked" | "lastRound" | "roundBegan"
	>;
	statuses: readonly string[];
	timeoutMs: number;
	intervalMs: number;
	log: Log;
	now: () => number;
};

/** How late a tick of the clock can be for a round that is due at it, ms. */
const TICK_SLACK = 30_000;

export function createPoll(needs: Needs): Poll {
	const { records, look, ledger, statuses, timeoutMs, intervalMs, log, now } =
		needs;
	let running: Promise<unknown> = Promise.resolve();

	async function round(options: RoundOptions): Promise<RoundReport> {
		const { olderThanMs = timeoutMs, all = false, dryRun = false } = options;
		const began = now();
		if (!dryRun) await ledger.roundBegan(began);
		const listed = await records.jobsInStatus(statuses, began - olderThanMs);
		const ours = listed.filter(({ owner }) => owner === "ours");
		if (!dryRun) await ledger.saw(ours.map(asSeen), began);

		const due = all ? listed : await dueOf(listed, began);
		// New ones first: an old debt must not delay the jobs of today.
		due.sort((a, b) => b.createdAt - a.createdAt);
		const jobs = await Promise.all(due.map((job) => look(job, dryRun)));
		if (!dryRun) await ledger.checked(due.map(asSeen), began);

		const report = asReport(jobs);
		const { jobs: looked, ...counts } = report;
		const foreign = listed.length - ours.length;
		log.info(
			{
				...counts,
				listed: listed.length,
				foreign,
				dry_run: dryRun,
				ms: now() - began,
			},
			"poll round ended",
		);
		for (const { job_id, verdict, why } of looked) {
			if (verdict !== "foreign")
				log.debug({ job_id, verdict, why }, "job polled");
		}
		return report;
	}

	async function dueOf(listed: readonly Job[], at: number): Promise<Job[]> {
		const checks = await ledger.lastChecks(listed.map(asSeen));
		return listed.filter(({ id, createdAt }) =>
			isDue({ createdAt, checkedAt: checks.get(id) ?? null }, at, intervalMs),
		);
	}

	return {
		round(options = {}) {
			const result = running.then(() => round(options));
			running = result.catch(() => {});
			return result;
		},
		async check(id) {
			const jobId = asRecordId(id);
			const ncaJobId = asNcaJobId(id);
			const found = jobId
				? await records.jobs([jobId])
				: await records.jobsOfRuns(ncaJobId ? [ncaJobId] : []);
			const [job] = found;
			if (job === undefined) return null;
			if (job.owner === "ours") await ledger.saw([asSeen(job)], now());
			const looked = await look(job, false);
			await ledger.checked([asSeen(job)], now());
			log.info({ ...looked }, "job checked by hand");
			return looked;
		},
		async isDue() {
			const last = await ledger.lastRound();
			return (
				last === null || last > now() || now() - last >= intervalMs - TICK_SLACK
			);
		},
	};
}

function asReport(jobs: Looked[]): RoundReport {
	const count = (verdict: Looked["verdict"]) =>
		jobs.filter((job) => job.verdict === verdict).length;
	const counts = {
		recovered: count("recovered"),
		failed: 0,
		waiting: count("waiting"),
		errors: count("error"),
	};
	const checked =
		counts.recovered + counts.failed + counts.waiting + counts.errors;
	return { checked, ...counts, jobs };
}
