import { mappedOperation } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import type { Write } from "../airtable/write.ts";
import type { Delivery, DeliveryId, Reading, Settled } from "../job.ts";
import type { Log } from "../log.ts";
import type { HeadObject } from "../probe/spaces.ts";
import { findCases } from "./cases.ts";
import { closeJobs, type Decided } from "./close.ts";
import { type Case, judge, type Rules, targetOf } from "./judge.ts";
import type { Memory } from "./memory.ts";
import { PROOF_PATIENCE_MS, proveFiles } from "./prove.ts";

type Needs = {
	records: Pick<Records, "jobs" | "jobsOfRuns" | "targets">;
	write: Write;
	head: HeadObject;
	memory: Memory;
	read: (delivery: Delivery) => Reading;
	rules: Rules;
	/** How long a webhook waits for its record; a job older than this when first seen is an old one. ms */
	maxAgeMs: number;
	log: Log;
	now: () => number;
};

export type Settle = (batch: Delivery[]) => Promise<Map<DeliveryId, Settled>>;

/**
 * Settles a batch of deliveries in as few calls as there can be: finds their records, judges each, asks for its
 * files, reads the targets, and writes what differs. Idempotent: what is written is not written again.
 * What it returns throws Transient where Airtable or the store fails before anything is decided.
 */
export function createSettle(needs: Needs): Settle {
	return async (batch) => {
		const settled = new Map<DeliveryId, Settled>();
		const cases = await findCases(needs, batch, settled);

		const decisions = await Promise.all(cases.map((one) => decide(needs, one)));
		const decided: Decided[] = [];
		for (const [nth, one] of cases.entries()) {
			const decision = decisions[nth];
			if (!decision) continue;
			if ("outcome" in decision) decided.push(decision);
			else settled.set(one.delivery.id, decision);
		}

		await closeJobs(needs, decided, settled);
		for (const one of cases) sayUnchanged(needs.log, one, settled);
		return settled;
	};
}

async function decide(
	{ head, rules, log, now }: Needs,
	one: Case,
): Promise<Decided | Settled> {
	const judgement = judge(one, rules, now());
	sayDisagreement(log, one);
	switch (judgement.kind) {
		case "agrees":
			return { kind: "done", verdict: "confirming" };
		case "conflicts":
			return { kind: "done", verdict: "conflicting" };
		case "stale":
		case "park":
			return judgement;
		case "wait":
			return { ...judgement, patienceMs: PROOF_PATIENCE_MS };
		case "compare":
			return { one, ...judgement, outcome: { kind: "compare" } };
		case "fail": {
			const { operation, reason } = judgement;
			return { one, operation, outcome: { kind: "failed", reason } };
		}
		case "prove": {
			const files = await proveFiles(head, judgement.objects);
			if (!Array.isArray(files)) return files;
			const { operation } = judgement;
			return { one, operation, outcome: { kind: "completed", files } };
		}
	}
}

/** The record's word holds; that the webhook's is another is worth a line. */
function sayDisagreement(log: Log, one: Case): void {
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

/** What was written has its line, "job settled"; what only confirmed, or was too late, gets this one. */
function sayUnchanged(
	log: Log,
	{ delivery, job, reading }: Case,
	settled: ReadonlyMap<DeliveryId, Settled>,
): void {
	const how = settled.get(delivery.id);
	const verdict = how?.kind === "done" ? how.verdict : how?.kind;
	if (
		verdict !== "confirming" &&
		verdict !== "conflicting" &&
		verdict !== "stale"
	)
		return;
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
