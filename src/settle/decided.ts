import type { RecordId } from "../job.ts";
import type { Case } from "./case.ts";
import { givesWayTo, type Instead } from "./earlier.ts";
import type { Outcome } from "./plan.ts";

/** A case whose job is to be closed; or, `compare`, was closed by others and is held against its target. */
export type Decided = {
	one: Case;
	outcome: Outcome | { kind: "compare" };
	/** What it takes the place of. */
	instead: Instead;
};

/** Of each job's outcomes that one first which stands: else one write would undo the other. */
export function standingFirst(decided: readonly Decided[]): Decided[] {
	const standing = new Map<RecordId, Decided>();
	for (const next of decided) {
		const first = standing.get(next.one.job.id);
		if (!first || givesWay(first, next)) standing.set(next.one.job.id, next);
	}
	const isStanding = (one: Decided) => standing.get(one.one.job.id) === one;
	return [
		...decided.filter(isStanding),
		...decided.filter((one) => !isStanding(one)),
	];
}

/** As a settled outcome would. */
function givesWay(first: Decided, next: Decided): boolean {
	const { kind } = first.outcome;
	if (kind === "compare" || next.outcome.kind === "compare") return false;
	const { via } = first.one.delivery;
	return givesWayTo(next.one, { outcome: kind, via }) !== null;
}
