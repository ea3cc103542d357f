import type { DeliveryId } from "../../../job.ts";
import { asEndingTotal, STATE_OF, verdictOf } from "../../ended-as.ts";
import type { Ending, Inbox } from "../../inbox.ts";
import type { Database } from "../database.ts";

/** How many ended how, and what counts them. */
export type SqliteTotals = Pick<Inbox, "totals"> & {
	/** Counts a delivery by how it has ended; within a transaction. */
	count(id: DeliveryId, ending: Ending): void;
};

/** How many deliveries ended how: each is counted by its latest ending. */
export function createSqliteTotals(db: Database): SqliteTotals {
	// What was done once stays counted so, however often it is taken again.
	const uncount = db.prepare(`
		UPDATE endings SET total = total - 1
		WHERE ending = (SELECT counted_as FROM deliveries WHERE id = $id AND counted_as ->> 1 <> 'done')`);
	const countAs = db.prepare(`
		UPDATE deliveries SET counted_as = json_array(task, $state, $verdict, via)
		WHERE id = $id AND (counted_as IS NULL OR counted_as ->> 1 <> 'done')
		RETURNING counted_as`);
	const count = db.prepare(`
		INSERT INTO endings (ending, total) VALUES ($ending, 1)
		ON CONFLICT DO UPDATE SET total = total + 1`);
	const totals = db.prepare(
		"SELECT ending, total FROM endings WHERE total > 0 ORDER BY ending",
	);

	return {
		count(id, ending) {
			uncount.run({ $id: id });
			const counted = countAs.get({
				$id: id,
				$state: STATE_OF[ending.kind],
				$verdict: verdictOf(ending),
			});
			if (counted) count.run({ $ending: counted.counted_as as string });
		},
		async totals() {
			return totals
				.all()
				.map(({ ending, total }) =>
					asEndingTotal(ending as string, total as number),
				);
		},
	};
}
