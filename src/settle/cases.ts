import { asSeen, type Job } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import type {
	Delivery,
	DeliveryId,
	NcaJobId,
	Reading,
	RecordId,
	Settled,
} from "../job.ts";
import type { Case, JobHistory } from "./case.ts";
import type { Memory } from "./memory.ts";

type Needs = {
	records: Pick<Records, "bearers">;
	memory: Pick<Memory, "saw" | "recall" | "jobOf">;
	read: (delivery: Delivery) => Reading;
	/** How long a webhook waits for its record, ms. */
	maxAgeMs: number;
	now: () => number;
};

type Matched = Omit<Case, "history" | "isOthers">;

/**
 * Finds the record of each delivery, and what is remembered of it, in a few calls for all of them.
 * Those without a record are ended in `settled`.
 * @throws Transient
 */
export async function findCases(
	{ records, memory, read, maxAgeMs, now }: Needs,
	batch: readonly Delivery[],
	settled: Map<DeliveryId, Settled>,
): Promise<Case[]> {
	const reads = batch.map((delivery) => ({
		delivery,
		reading: read(delivery),
	}));
	const match = await matchJobs(
		records,
		reads.map(({ reading }) => reading),
	);

	const matched: Matched[] = [];
	for (const one of reads) {
		const [job, ...more] = match(one.reading);
		const { jobId, ncaJobId } = one.reading;
		if (jobId === null && ncaJobId === null) {
			const reason = "no usable id";
			settled.set(one.delivery.id, { kind: "park", reason });
			continue;
		}
		if (job === undefined) {
			settled.set(one.delivery.id, {
				kind: "unmatched",
				patienceMs: maxAgeMs,
			});
		} else if (more.length > 0) {
			const reason = "several records bear its job_id";
			settled.set(one.delivery.id, { kind: "park", reason });
		} else matched.push({ ...one, job });
	}

	const ours = matched.filter(({ job }) => job.owner === "ours");
	await memory.saw(
		ours.map(({ job }) => asSeen(job)),
		now(),
	);
	const histories = await memory.recall(ours.map(({ job }) => job.id));
	const unknown: JobHistory = {
		firstSeenAt: now(),
		operation: null,
		targetId: null,
		runs: [],
	};
	const isOthers = await othersRuns({ records, memory }, ours);
	return matched.map((one) => ({
		...one,
		history: histories.get(one.job.id) ?? unknown,
		isOthers: isOthers(one),
	}));
}

/**
 * Of those whose id only the webhook tells: whether it is another job's. Names of files are no secret, and each holds
 * the id of the job that made it.
 */
async function othersRuns(
	{ records, memory }: Pick<Needs, "records" | "memory">,
	cases: readonly Matched[],
): Promise<(one: Matched) => boolean> {
	const others = new Map<NcaJobId, Set<RecordId>>();
	for (const { delivery, reading, job } of cases) {
		const { ncaJobId, verdict } = reading;
		const isAsked =
			delivery.proof !== "own" &&
			verdict.kind === "completed" &&
			ncaJobId !== null &&
			ncaJobId !== job.ncaJobId &&
			(job.ncaJobId === null || delivery.proof !== "none");
		if (!isAsked) continue;
		const known = await memory.jobOf(ncaJobId);
		others.set(ncaJobId, new Set(known === null ? [] : [known]));
	}
	// What the ledger knows need not be read.
	const unknown = [...others].filter(([, jobs]) => jobs.size === 0);
	const bearers = await records.bearers(
		[],
		unknown.map(([id]) => id),
	);
	for (const { id, ncaJobId } of bearers)
		if (ncaJobId) others.get(ncaJobId)?.add(id);
	return ({ reading: { ncaJobId }, job }) => {
		const jobs = ncaJobId === null ? undefined : others.get(ncaJobId);
		return [...(jobs ?? [])].some((id) => id !== job.id);
	};
}

/** The records a reading may speak of: by record id, or else by External Job ID, of which several can be the same. */
async function matchJobs(
	records: Needs["records"],
	readings: readonly Reading[],
): Promise<(reading: Reading) => Job[]> {
	const ids: RecordId[] = [];
	const runs: NcaJobId[] = [];
	for (const { jobId, ncaJobId } of readings) {
		if (jobId) ids.push(jobId);
		else if (ncaJobId) runs.push(ncaJobId);
	}
	const found = await records.bearers(ids, runs);
	return ({ jobId, ncaJobId }) =>
		found.filter((job) =>
			jobId ? job.id === jobId : job.ncaJobId === ncaJobId,
		);
}
