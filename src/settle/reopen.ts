import { asSeen, type Job } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import type { Target } from "../airtable/target-record.ts";
import type { Write } from "../airtable/write.ts";
import type {
	Delivery,
	DeliveryId,
	NcaJobId,
	Reading,
	RecordId,
	RunKey,
	Settled,
} from "../job.ts";
import type { Log } from "../log.ts";
import { operationByName } from "../operations.ts";
import { type JobHistory, settledOf } from "./case.ts";
import { writtenBy } from "./closed.ts";
import { flush } from "./flush.ts";
import type { Rules } from "./judgement.ts";
import type { Memory } from "./memory.ts";
import { withNote } from "./plan.ts";
import { DROPPED } from "./read-back/follow-up.ts";
import {
	type Changes,
	restored,
	restoredTarget,
	statusBefore,
	writtenSince,
} from "./restore.ts";

type Needs = {
	records: Pick<Records, "jobs" | "targets">;
	write: Write;
	memory: Pick<
		Memory,
		"saw" | "recall" | "newestFor" | "timeline" | "reopened"
	>;
	read: (delivery: Delivery) => Reading;
	rules: Rules;
	log: Log;
	now: () => number;
};

/**
 * Undoes our close of a run: puts back what the job and its target held before, as far as nobody has changed it
 * since, and waits for the run anew. Rare, and told by a person: one at a time.
 * @throws Transient where a read or the store fails
 */
export async function reopen(
	needs: Needs,
	batch: readonly Delivery[],
	settled: Map<DeliveryId, Settled>,
): Promise<void> {
	for (const delivery of batch)
		settled.set(delivery.id, await reopenOne(needs, delivery));
}

async function reopenOne(needs: Needs, delivery: Delivery): Promise<Settled> {
	const { records, write, memory, read, rules, log, now } = needs;
	const { jobId, ncaJobId: named, verdict } = read(delivery);
	const [job] = jobId ? await records.jobs([jobId]) : [];
	if (!job) return { kind: "park", reason: "no record" };
	if (job.owner !== "ours") return { kind: "park", reason: "foreign job" };
	// A ledger that was lost knows it from its record.
	await memory.saw([asSeen(job)], now());
	const history = (await memory.recall([job.id])).get(job.id);
	if (!history) return { kind: "park", reason: "no record" };
	const ncaJobId = closedAs(job, history, named);
	const run: RunKey = { jobId: job.id, ncaJobId };
	if (!isOurClose(job, history, run, rules))
		return { kind: "done", verdict: "conflicting" };

	const events = await memory.timeline(job.id);
	const wrote = writtenSince(events, run);
	const target = await targetOf(needs, job.id, history);
	const reason = verdict.kind === "failed" ? verdict.reason : "";
	const plan = {
		target: target ? restoredTarget(target, wrote.get(target.id), now()) : {},
		job: {
			...(job.errorDetails.startsWith(DROPPED) && { "Error Details": null }),
			...restored(job, wrote.get(job.id), now()),
			Status: statusBefore(wrote.get(job.id), rules),
			Notes: withNote(job, noteOf(reason, wrote), now()),
		},
	};
	const { operation } = history;
	const flushed = await flush(write, [
		{ closing: { job, operation, target }, plan },
	]);
	const how = flushed.get(job.id);
	if (how?.kind === "fault") return how;
	if (how?.kind !== "written")
		return { kind: "bury", reason: "Airtable refused it" };

	const facts = {
		delivery_id: delivery.id,
		reason,
		wrote: writtenBy({ job, operation, target }, plan),
	};
	await memory.reopened(run, { ...run, at: now(), what: "reopened", facts });
	log.info(
		{ job_id: job.id, delivery_id: delivery.id, nca_job_id: ncaJobId, reason },
		"job reopened",
	);
	return { kind: "done", verdict: "reopened" };
}

/** It may have been closed under an id that its record has never borne. */
function closedAs(
	{ closed }: Job,
	{ runs }: JobHistory,
	named: NcaJobId | null,
): NcaJobId | null {
	const run = runs.find(({ ncaJobId }) => ncaJobId === closed?.ncaJobId);
	return run?.settled && (named === null || !run.seen) ? run.ncaJobId : named;
}

function isOurClose(
	{ status }: Job,
	history: JobHistory,
	run: RunKey,
	{ completedStatus, failedStatus }: Rules,
): boolean {
	const settled = settledOf(history, run.ncaJobId);
	if (!settled) return false;
	return settled.outcome === "completed"
		? status === completedStatus
		: status === failedStatus;
}

/** Where it is not a newer job's by now. */
async function targetOf(
	{ records, memory }: Needs,
	jobId: RecordId,
	{ operation, targetId }: JobHistory,
): Promise<Target | null> {
	if (!operation || !targetId) return null;
	if ((await memory.newestFor(targetId, operation)) !== jobId) return null;
	const { table } = operationByName(operation);
	const [target] = await records.targets(table, [targetId]);
	return target ?? null;
}

function noteOf(reason: string, wrote: ReadonlyMap<string, Changes>): string {
	const lost = wrote.size === 0 ? "; what stood there before is not known" : "";
	return `reopened by hand: ${reason}${lost}`;
}
