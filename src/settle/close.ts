import { asSeen } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import type { Target } from "../airtable/target-record.ts";
import type { Write } from "../airtable/write.ts";
import type { DeliveryId, RecordId, Settled, Via } from "../job.ts";
import type { Log } from "../log.ts";
import { type OperationName, operationByName } from "../operations.ts";
import { type Case, operationOf, runOf, settledOf } from "./case.ts";
import { withoutClaims } from "./claims.ts";
import { asEvent, asRun, type Closed, sayClosed } from "./closed.ts";
import { type Decided, standingFirst, targetIdOf } from "./decided.ts";
import type { Instead } from "./earlier.ts";
import { type Flushed, flush } from "./flush.ts";
import type { Rules } from "./judgement.ts";
import type { Memory } from "./memory.ts";
import { type Closing, type Outcome, type Plan, plan } from "./plan.ts";
import { readBackTime } from "./read-back.ts";
import { rivalsOf } from "./rivals.ts";
import { type Early, readTargets, targetIn } from "./targets.ts";

type Needs = {
	records: Pick<Records, "jobs" | "targets">;
	early: Early;
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
	const targets = await readTargets(
		needs.records,
		decided.map(({ one }) => ({
			operation: operationOf(one),
			targetId: targetIdOf(one),
		})),
		needs.early,
	);
	const open = await withoutClaims(needs, decided, targets, settled);
	const believed = open.filter(({ outcome }) => outcome.kind !== "compare");
	await remember(needs, believed);
	const inOrder = standingFirst(open);
	const planned = await planAll(needs, inOrder, targets, settled);
	const flushed = await flush(needs.write, planned);

	const closed = planned.filter(
		({ closing }) => flushed.get(closing.job.id)?.kind === "written",
	);
	const at = needs.now();
	await needs.memory.settled(
		closed.map((one) => asRun(one, at)),
		closed.map((one) => asEvent(one, at)),
	);
	for (const one of closed) sayClosed(needs.log, one);
	for (const { by, closing, plan, confirming } of planned) {
		const how = ended(flushed.get(closing.job.id), closing, plan, at);
		settled.set(by, how);
		const same: Settled =
			how.kind === "done" ? { kind: "done", verdict: "confirming" } : how;
		for (const id of confirming) settled.set(id, same);
	}
}

/** A job's one change, by its first delivery; others of a batch that say the same end with it. */
type PlannedJob = Closed & { confirming: DeliveryId[] };

async function planAll(
	needs: Needs,
	decided: readonly Decided[],
	targets: ReadonlyMap<string, Target>,
	settled: Map<DeliveryId, Settled>,
): Promise<PlannedJob[]> {
	const planned = new Map<RecordId, PlannedJob>();
	const superseded = await rivalsOf(
		needs,
		decided.flatMap(({ one, outcome }) => {
			const operation = operationOf(one);
			const targetId = targetIdOf(one);
			const target = targetIn(targets, { operation, targetId });
			return outcome.kind !== "compare" && operation && target
				? [{ job: one.job, operation, targetId: target.id }]
				: [];
		}),
	);
	for (const { one, outcome, instead } of decided) {
		const { job, delivery } = one;
		const operation = operationOf(one);
		const target = targetIn(targets, { operation, targetId: targetIdOf(one) });
		const first = planned.get(job.id);
		if (outcome.kind === "compare") {
			const verdict = compare(operation, target);
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

/** What is decided is believed: from here on its operation and target count for what is newest. */
async function remember(
	{ memory, now }: Needs,
	decided: readonly Decided[],
): Promise<void> {
	const seen = decided.map(({ one }) => ({
		...asSeen(one.job),
		operation: operationOf(one),
		targetId: targetIdOf(one),
	}));
	await memory.saw(seen, now());
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

function ended(
	how: Flushed | undefined,
	{ job, ncaJobId, outcome, instead, operation, target }: Closing,
	{ readBack }: Plan,
	at: number,
): Settled {
	const run = { jobId: job.id, ncaJobId };
	switch (how?.kind) {
		case "written":
			return {
				kind: "done",
				verdict:
					instead === "nothing"
						? outcome.kind
						: `${outcome.kind} instead of ${instead}`,
				closed: run,
				...(readBack &&
					operation &&
					target && {
						readBack: {
							...run,
							operation,
							targetId: target.id,
							dueAt: readBackTime(at),
						},
					}),
			};
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
