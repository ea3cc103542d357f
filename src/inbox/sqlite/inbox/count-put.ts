import { type Budget, budgetedBytes } from "../../budget.ts";
import { LAST_RECEIVED } from "../../ledger/facts.ts";
import { addOne, isReceived, tallyOfPut } from "../../tally.ts";
import type { SqliteFacts } from "../ledger/facts.ts";
import type { SqliteTallies } from "../ledger/tallies.ts";
import type { Put } from "./put.ts";

/** When a webhook came last is noted as often as this, ms. */
const NOTED_MS = 1000;

type Needs = {
	tallies: Pick<SqliteTallies, "add">;
	facts: Pick<SqliteFacts, "latest">;
	budget: Pick<Budget, "add">;
	now: () => number;
};

/** Counts one turn's, at one time, within their transaction. */
export function createCountPut({ tallies, facts, budget, now }: Needs) {
	let notedAt = Number.NEGATIVE_INFINITY;

	return function countPut(group: readonly Put[]): void {
		const counts = new Map<string, number>();
		for (const { entry, result } of group) {
			addOne(counts, tallyOfPut(entry, result));
			if (result.kind === "new") budget.add(budgetedBytes(entry));
		}
		const at = now();
		tallies.add(counts, at);
		// One more page to write for each turn would cost more than it tells.
		if (!isReceived(counts) || Math.abs(at - notedAt) < NOTED_MS) return;
		facts.latest(LAST_RECEIVED, at);
		notedAt = at;
	};
}
