import type { Records } from "../airtable/records.ts";
import type { Target } from "../airtable/target-record.ts";
import type { DeliveryId, RecordId, Settled, Via } from "../job.ts";
import { type OperationName, operationByName } from "../operations.ts";
import { type Case, operationOf, runOf, settledOf } from "./case.ts";
import type { Closed } from "./closed.ts";
import type { Decided } from "./decided.ts";
import type { Instead } from "./earlier.ts";
import type { Rules } from "./judgement.ts";
import type { Memory } from "./memory.ts";
import { type Closing, type Outcome, plan } from "./plan.ts";
import { rivalsOf } from "./rivals.ts";
import { namedBy, targetIn } from "./targets.ts";

type Needs = {
	records: Pick<Records, "jobs">;
	memory: Pick<Memory, "newestFor">;
	rules: Rules;
	/** A job older than this when first seen is an old one, ms. */
	maxAgeMs: number;
	now: () => number;
};

/** A job's one change, by its first delivery; others of a batch that say the same end with it. */
type PlannedJob = Closed & { confirming: DeliveryId[] };

/**
 * What is to be written of each job that was decided upon, the outcome that stands coming first; the deliveries of
 * which nothing is written end in `settled`. @throws Transient
 */
export async function planJobs(
	needs: Needs,
	decided: readonly Decided[],
	targets: ReadonlyMap<string, Target>,
	settled: Map<DeliveryId, Settled>,
): Promise<PlannedJob[]> {
	const planned = new Map<RecordId, PlannedJob>();
	const superseded = await rivalsOf(
		needs,
		decided.flatMap(({ one, outcome }) => {
			const named = namedBy(one);
			const { operation } = named;
			const target = targetIn(targets, named);
			return outcome.kind !== "compare" && operation && target
				? [{ job: one.job, operation, targetId: target.id }]
				: [];
		}),
	);
	for (const { one, outcome, instead } of decided) {
		const { job, delivery } = one;
		const named = namedBy(one);
		const target = targetIn(targets, named);
		const first = planned.get(job.id);
		if (outcome.kind === "compare") {
			const verdict = compare(named.operation, target);
			settled.set(delivery.id, { kind: "done", verdict });
		} else if (first === undefined) {
			const closing = {
				...closingOf(needs, one, outcome, instead, target),
				superseded: superseded.has(job.id),
			};
			const change = plan(closing, needs.rules, needs.now());
			planned.set(job.id, {
				by: delivery.id,
				closing,
				plan: change,
				confirming: [],
			});
		} else if (isSame(first.closing, one, outcome)) {
			first.confirming.push(delivery.id);
		} else {
			settled.set(delivery.id, {
				kind: "wait",
				why: "another outcome of its job is being written",
				park: "conflicting",
				patienceMs: Number.POSITIVE_INFINITY,
			});
		}
	}
	return [...planned.values()];
}

function isSame(first: Closing, one: Case, outcome: Outcome): boolean {
	return first.outcome.kind === outcome.kind && first.ncaJobId === runOf(one);
}

function closingOf(
	{ maxAgeMs }: Needs,
	one: Case,
	outcome: Outcome,
	instead: Instead,
	target: Target | null,
): Omit<Closing, "superseded"> {
	const { job, history } = one;
	const operation = operationOf(one);
	return {
		job,
		outcome,
		via: viaOf(one, instead),
		instead,
		ncaJobId: runOf(one),
		operation,
		target,
		old: history.firstSeenAt - job.createdAt > maxAgeMs,
	};
}

/** What is closed again was learnt as it was at first. */
function viaOf(one: Case, instead: Instead): Via {
	const { delivery, history } = one;
	if (instead !== "itself") return delivery.via;
	return settledOf(history, runOf(one))?.via ?? delivery.via;
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
