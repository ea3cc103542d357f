import type { DeliveryId } from "../../../job.ts";
import type { Ending, Inbox } from "../../inbox.ts";
import type { Database } from "../database.ts";
import { isFull } from "../faults.ts";
import type { SqliteTallies } from "../ledger/tallies.ts";
import type { EndOne } from "./end-one.ts";

type Needs = {
	db: Database;
	endOne: EndOne;
	tallies: Pick<SqliteTallies, "add">;
	now: () => number;
};

/** Ends claims, with what each brings about. */
export function createSqliteEnd({
	db,
	endOne,
	tallies,
	now,
}: Needs): Inbox["end"] {
	/** All or none; where the disk has no room for all at once, the first half, and then the other. */
	function endSome(endings: [DeliveryId, Ending][]): DeliveryId[] {
		try {
			return endAtOnce(endings);
		} catch (error) {
			if (!isFull(error) || endings.length < 2) throw error;
			const half = Math.ceil(endings.length / 2);
			return [endings.slice(0, half), endings.slice(half)].flatMap(endSome);
		}
	}

	function endAtOnce(endings: readonly [DeliveryId, Ending][]): DeliveryId[] {
		return db.transaction(() => {
			const counts = new Map<string, number>();
			const unclaimed = endings
				.toSorted(doneLast)
				.filter(([id, ending]) => !endOne(id, ending, counts))
				.map(([id]) => id);
			tallies.add(counts, now());
			return unclaimed;
		});
	}

	return async function end(endings) {
		return endSome([...endings]);
	};
}

/** What is parked with a close of its job is released by it. */
function doneLast(
	[, a]: readonly [DeliveryId, Ending],
	[, b]: readonly [DeliveryId, Ending],
): number {
	return Number(a.kind === "done") - Number(b.kind === "done");
}
