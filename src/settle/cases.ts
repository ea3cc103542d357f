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
	memory: Pick<Memory, "saw" | "recall">;
	read: (delivery: Delivery) => Reading;
	/** How long a webhook waits for its record, ms. */
	maxAgeMs: number;
	now: () => number;
};

type Matched = Omit<Case, "history">;

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
	return matched.map((one) => ({
		...one,
		history: histories.get(one.job.id) ?? unknown,
	}));
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
