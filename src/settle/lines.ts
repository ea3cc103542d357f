import { mappedOperation } from "../airtable/job-record.ts";
import type { DeliveryId, Settled } from "../job.ts";
import type { Log } from "../log.ts";
import { type Case, targetOf } from "./case.ts";

/** The record's word holds; that the webhook's is another is worth a line. */
export function sayDisagreement(log: Log, one: Case): void {
	const { job, reading, delivery } = one;
	const operation = mappedOperation(job);
	if (operation === null) return;
	const target = targetOf(one, operation);
	const named = reading.targets.target_id;
	const otherOperation =
		reading.operation !== null && reading.operation !== operation;
	const otherTarget = named !== null && target !== null && named !== target;
	if (!otherOperation && !otherTarget) return;
	log.warn(
		{
			job_id: job.id,
			delivery_id: delivery.id,
			operation,
			said_operation: reading.operation,
			target_id: target,
			said_target_id: named,
		},
		"webhook disagrees with its record",
	);
}

const UNCHANGED = new Set(["confirming", "conflicting", "moot", "stale"]);

/** What was written has its line, "job settled"; what only confirmed, or was too late, gets this one. */
export function sayUnchanged(
	log: Log,
	{ delivery, job, reading }: Case,
	settled: ReadonlyMap<DeliveryId, Settled>,
): void {
	const how = settled.get(delivery.id);
	const verdict = how?.kind === "done" ? how.verdict : how?.kind;
	if (verdict === undefined || !UNCHANGED.has(verdict)) return;
	log.info(
		{
			job_id: job.id,
			delivery_id: delivery.id,
			nca_job_id: reading.ncaJobId,
			said: reading.verdict.kind,
			via: delivery.via,
			verdict,
		},
		"delivery changed nothing",
	);
}
