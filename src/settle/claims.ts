import type { Target } from "../airtable/target-record.ts";
import type { DeliveryId, Settled } from "../job.ts";
import { type OperationName, operationByName } from "../operations.ts";
import type { Case } from "./case.ts";
import type { Decided } from "./decided.ts";
import type { Memory } from "./memory.ts";
import { PROOF_PATIENCE_MS } from "./prove.ts";
import { namedBy, targetIn } from "./targets.ts";

type Needs = { memory: Pick<Memory, "newestFor"> };

const NOT_YET: Settled = {
	kind: "wait",
	park: "unproven",
	why: "only the webhook names its target, which is another job's or holds a file",
	patienceMs: PROOF_PATIENCE_MS,
};

/**
 * A target that the webhook alone names is taken where it is nobody else's: no proof covers it, and who holds that of
 * one job could name any. Else the delivery waits, in `settled`, for the engine to write it into the record.
 */
export async function withoutClaims(
	{ memory }: Needs,
	decided: readonly Decided[],
	targets: ReadonlyMap<string, Target>,
	settled: Map<DeliveryId, Settled>,
): Promise<Decided[]> {
	const open: Decided[] = [];
	for (const next of decided) {
		const { one, outcome } = next;
		const named = namedBy(one);
		const { operation } = named;
		const target = targetIn(targets, named);
		const isClaim =
			outcome.kind !== "compare" &&
			operation !== null &&
			target !== null &&
			one.job.targetFor(operation) === null;
		if (!isClaim || (await isFree(memory, one, operation, target)))
			open.push(next);
		else settled.set(one.delivery.id, NOT_YET);
	}
	return open;
}

/** Known as this job's own already; or nobody's, and empty. */
async function isFree(
	memory: Needs["memory"],
	{ job }: Case,
	operation: OperationName,
	target: Target,
): Promise<boolean> {
	const owner = await memory.newestFor(target.id, operation);
	if (owner !== null) return owner === job.id;
	const { attachment } = operationByName(operation);
	return target.attachments(attachment).length === 0;
}
