import type { ExpectedState } from "../../job-state/state.ts";
import { EXPECTED_MS, type OperationFigures } from "../../ledger/expected.ts";
import { percentiles, SAMPLE } from "../../ledger/percentiles.ts";

/** Times are ms since the epoch. */
type Span = { since: number; now: number; patienceMs: number };

type Tally = {
	expected: number;
	arrived: number;
	/** How many were late, and by how much together, ms. */
	late: number;
	lateMs: number;
	never: number;
	/** Of the latest jobs. */
	workSeconds: number[];
};

const newTally = (): Tally => ({
	expected: 0,
	arrived: 0,
	late: 0,
	lateMs: 0,
	never: 0,
	workSeconds: [],
});

/** How the webhooks of each operation came. @param latest all that are known, the latest first, some at a time */
export async function figuresOf(
	latest: AsyncIterable<readonly { one: ExpectedState }[]>,
	span: Span,
): Promise<OperationFigures[]> {
	const tallies = new Map<string, Tally>();
	for await (const some of latest) {
		for (const { one } of some) {
			const tally = tallies.get(one.operation) ?? newTally();
			tallies.set(one.operation, tally);
			count(tally, one, span);
		}
	}
	return [...tallies]
		.filter(([, { expected }]) => expected > 0)
		.toSorted(([a], [b]) => (a < b ? -1 : 1))
		.map(([operation, tally]) => asFigures(operation, tally));
}

function count(
	tally: Tally,
	{ at, arrivedAt, workSeconds }: ExpectedState,
	span: Span,
): void {
	if (workSeconds !== null && tally.workSeconds.length < SAMPLE)
		tally.workSeconds.push(workSeconds);
	if (at < span.since) return;
	tally.expected += 1;
	if (arrivedAt !== null) tally.arrived += 1;
	else if (at < span.now - EXPECTED_MS) tally.never += 1;
	const lateMs = (arrivedAt ?? 0) - at - span.patienceMs;
	if (lateMs > 0) {
		tally.late += 1;
		tally.lateMs += lateMs;
	}
}

function asFigures(operation: string, tally: Tally): OperationFigures {
	const { expected, arrived, late, lateMs, never, workSeconds } = tally;
	return {
		operation,
		expected,
		arrived,
		late,
		averageLateSeconds: late === 0 ? null : lateMs / late / 1000,
		neverArrived: never,
		...percentiles(workSeconds),
	};
}
