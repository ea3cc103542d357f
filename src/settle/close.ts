import { asSeen } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import type { Target } from "../airtable/target-record.ts";
import type { Write } from "../airtable/write.ts";
import type { DeliveryId, RecordId, Settled } from "../job.ts";
import type { Log } from "../log.ts";
import {
	type OperationName,
	operationByName,
	type TargetTable,
} from "../operations.ts";
import { type Flushed, flush, type Planned } from "./flush.ts";
import { type Case, type Rules, runOf, targetOf } from "./judge.ts";
import type { Memory } from "./memory.ts";
import { type Closing, type Outcome, plan } from "./plan.ts";

/** A case whose job is to be closed; or, `compare`, was closed by others and is held against its target. */
export type Decided = {
	one: Case;
	operation: OperationName | null;
	outcome: Outcome | { kind: "compare" };
};

type Needs = {
	records: Pick<Records, "targets">;
	write: Write;
	memory: Pick<Memory, "saw" | "newestFor" | "settled">;
	rules: Rules;
	/** A job older than this when first seen is an old one, ms. */
	maxAgeMs: number;
	log: Log;
	now: () => number;
};

/**
 * Closes the jobs of what was decided, and ends each delivery in `settled`.
 * @throws Transient where a read or the store fails
 */
export async function closeJobs(
	needs: Needs,
	decided: readonly Decided[],
	settled: Map<DeliveryId, Settled>,
): Promise<void> {
	const targets = await readTargets(needs.records, decided);
	await remember(needs, decided);
	const planned = await planAll(needs, decided, targets, settled);
	const flushed = await flush(needs.write, planned);

	const closed = planned.filter(
		({ closing }) => flushed.get(closing.job.id)?.kind === "written",
	);
	const at = needs.now();
	await needs.memory.settled(closed.map(({ closing }) => asRun(closing, at)));
	for (const { by, closing } of closed) say(needs.log, by, closing);
	for (const { by, closing, others } of planned) {
		const how = flushed.get(closing.job.id);
		settled.set(by, ended(how, closing.outcome.kind));
		for (const { id, verdict } of others) settled.set(id, ended(how, verdict));
	}
}

/** A job's one change, by its first delivery; the others of a batch are held against it, and end as it does. */
type PlannedJob = Planned & {
	by: DeliveryId;
	others: { id: DeliveryId; verdict: "confirming" | "conflicting" }[];
};

async function planAll(
	needs: Needs,
	decided: readonly Decided[],
	targets: ReadonlyMap<string, Target>,
	settled: Map<DeliveryId, Settled>,
): Promise<PlannedJob[]> {
	const planned = new Map<RecordId, PlannedJob>();
	for (const { one, operation, outcome } of decided) {
		const { job, delivery } = one;
		const target = targets.get(targetIdOf(one, operation) ?? "") ?? null;
		const first = planned.get(job.id);
		if (outcome.kind === "compare") {
			const verdict = compare(operation, target);
			settled.set(delivery.id, { kind: "done", verdict });
		} else if (first) {
			const same = first.closing.outcome.kind === outcome.kind;
			const verdict = same ? "confirming" : "conflicting";
			first.others.push({ id: delivery.id, verdict });
		} else {
			const closing = await closingOf(needs, one, operation, outcome, target);
			const change = plan(closing, needs.rules, needs.now());
			planned.set(job.id, {
				by: delivery.id,
				closing,
				plan: change,
				others: [],
			});
		}
	}
	return [...planned.values()];
}

async function readTargets(
	records: Needs["records"],
	decided: readonly Decided[],
): Promise<Map<string, Target>> {
	const wanted: Record<TargetTable, RecordId[]> = { Segments: [], Videos: [] };
	for (const { one, operation } of decided) {
		const id = targetIdOf(one, operation);
		if (operation && id) wanted[operationByName(operation).table].push(id);
	}
	const found = await Promise.all([
		records.targets("Segments", wanted.Segments),
		records.targets("Videos", wanted.Videos),
	]);
	return new Map(found.flat().map((target) => [target.id, target]));
}

function targetIdOf(
	one: Case,
	operation: OperationName | null,
): RecordId | null {
	return operation && targetOf(one, operation);
}

/** What is decided is believed: from here on its operation and target count for what is newest. */
async function remember(
	{ memory, now }: Needs,
	decided: readonly Decided[],
): Promise<void> {
	const seen = decided.map(({ one, operation }) => ({
		...asSeen(one.job),
		operation,
		targetId: targetIdOf(one, operation),
	}));
	await memory.saw(seen, now());
}

async function closingOf(
	{ memory, maxAgeMs }: Needs,
	one: Case,
	operation: OperationName | null,
	outcome: Outcome,
	target: Target | null,
): Promise<Closing> {
	const { job, delivery, history } = one;
	const newest =
		operation && target ? await memory.newestFor(target.id, operation) : job.id;
	return {
		job,
		outcome,
		via: delivery.via,
		ncaJobId: runOf(one),
		operation,
		target,
		superseded: newest !== job.id,
		old: history.firstSeenAt - job.createdAt > maxAgeMs,
	};
}

/** Completed by another hand: it agrees where the target, if the operation has one, holds a file. */
function compare(
	operation: OperationName | null,
	target: Target | null,
): string {
	if (operation === null) return "confirming";
	const held = target?.attachments(operationByName(operation).attachment) ?? [];
	return held.length > 0 ? "confirming" : "conflicting";
}

function ended(how: Flushed | undefined, verdict: string): Settled {
	switch (how?.kind) {
		case "written":
			return { kind: "done", verdict };
		case "fault":
			return how;
		case "refused":
			return {
				kind: "wait",
				why: `Airtable refused ${how.table}.${how.field}: ${how.why}`,
				patienceMs: Number.POSITIVE_INFINITY,
				park: "refused",
			};
		default:
			// Read a moment ago: the next look says whether it is really gone.
			return {
				kind: "wait",
				why: "the record is gone",
				patienceMs: Number.POSITIVE_INFINITY,
				park: "gone",
			};
	}
}

function asRun({ job, ncaJobId, outcome, via }: Closing, at: number) {
	return { jobId: job.id, ncaJobId, outcome: outcome.kind, via, at };
}

function say(log: Log, deliveryId: DeliveryId, closing: Closing): void {
	const { job, outcome, via, ncaJobId, operation, target, superseded } =
		closing;
	log.info(
		{
			job_id: job.id,
			delivery_id: deliveryId,
			outcome: outcome.kind,
			via,
			nca_job_id: ncaJobId,
			operation,
			target_id: target?.id ?? null,
			...(superseded && { superseded }),
			...(outcome.kind === "failed" && { reason: outcome.reason.slice(-200) }),
		},
		"job settled",
	);
}
