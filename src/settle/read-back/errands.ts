import type { Job } from "../../airtable/job-record.ts";
import type { Records } from "../../airtable/records.ts";
import type { Target } from "../../airtable/target-record.ts";
import type {
	Delivery,
	DeliveryId,
	NcaJobId,
	Reading,
	RunKey,
} from "../../job.ts";
import {
	asOperation,
	type Operation,
	operationByName,
} from "../../operations.ts";
import { type SettledOutcome, settledOf } from "../case.ts";
import type { Rules } from "../judgement.ts";
import type { Memory } from "../memory.ts";
import { readTargets, targetIn } from "../targets.ts";

type Needs = {
	records: Pick<Records, "bearers" | "targets">;
	memory: Pick<Memory, "recall" | "newestFor">;
	read: (delivery: Delivery) => Reading;
	rules: Pick<Rules, "completedStatus">;
};

/** A closed run whose target is to be looked at, since the newest job for it attached its files there. */
export type Errand = {
	id: DeliveryId;
	job: Job;
	run: RunKey;
	settled: SettledOutcome;
	operation: Operation;
	target: Target;
};

/** Those of the errands that still matter. @throws Transient */
export async function errandsOf(
	{ records, memory, read, rules }: Needs,
	batch: readonly Delivery[],
): Promise<Errand[]> {
	const named = batch.map((delivery) => ({
		id: delivery.id,
		...namedIn(read(delivery)),
	}));
	const jobIds = named.flatMap(({ jobId }) => jobId ?? []);
	const jobs = await records.bearers(jobIds, []);
	const histories = await memory.recall(jobIds);
	const targets = await readTargets(records, named);

	const errands: Errand[] = [];
	for (const { id, jobId, ncaJobId, operation, targetId } of named) {
		const job = jobs.find((one) => one.id === jobId);
		const target = targetIn(targets, { operation, targetId });
		const history = jobId && histories.get(jobId);
		if (!job || !target || !operation || !history) continue;
		const settled = settledOf(history, ncaJobId);
		const isClosed = job.status === rules.completedStatus;
		if (
			!isClosed ||
			!isStillOf(job, ncaJobId) ||
			settled?.outcome !== "completed"
		)
			continue;
		if ((await memory.newestFor(target.id, operation)) !== job.id) continue;
		const run = { jobId: job.id, ncaJobId };
		errands.push({
			id,
			job,
			run,
			settled,
			operation: operationByName(operation),
			target,
		});
	}
	return errands;
}

/** As its record keeps it; where that is lost, or was refused, by the id that it bears. */
function isStillOf(job: Job, ncaJobId: NcaJobId | null): boolean {
	if (job.closed) return job.closed.ncaJobId === ncaJobId;
	return job.ncaJobId === null || job.ncaJobId === ncaJobId;
}

/** Where it was attached then: its record may name another target since. */
function namedIn({ jobId, ncaJobId, operation, targets }: Reading) {
	const targetId = targets.target_id;
	return { jobId, ncaJobId, operation: asOperation(operation), targetId };
}
