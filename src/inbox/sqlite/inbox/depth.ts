import { RECORD } from "../../ending.ts";
import type { Depth, Inbox } from "../../inbox.ts";
import type { Database } from "../database.ts";

/** What stands in the inbox now, out of indices alone: a scrape must not hold up a webhook however much waits. */
export function createSqliteDepth(
	db: Database,
): Pick<Inbox, "depth" | "whyWaiting"> {
	// What is due at once stands in the order in which it came.
	const depth = db.prepare(`
		SELECT
			(SELECT COUNT(*) FROM deliveries INDEXED BY deliveries_due WHERE due_at IS NOT NULL)
			+ (SELECT COUNT(*) FROM deliveries INDEXED BY deliveries_claimed WHERE state = 'processing')
			- (SELECT COUNT(*) FROM deliveries INDEXED BY deliveries_read_backs
				WHERE task = 'read_back' AND state IN ('accepted', 'processing', 'retry')
					AND (state = 'processing' OR due_at IS NOT NULL)) AS waiting,
			(SELECT COUNT(*) FROM deliveries INDEXED BY deliveries_parked_ids WHERE state = 'parked') AS parked,
			(SELECT COUNT(*) FROM deliveries INDEXED BY deliveries_buried_ids WHERE state = 'buried') AS buried,
			(SELECT received_at FROM deliveries INDEXED BY deliveries_due
				WHERE due_at = 0 AND task <> 'read_back' AND waiting_for IS NOT '${RECORD}'
				ORDER BY seq LIMIT 1) AS oldest_due,
			(SELECT MIN(received_at) FROM deliveries INDEXED BY deliveries_claimed
				WHERE state = 'processing' AND task <> 'read_back' AND waiting_for IS NOT '${RECORD}') AS oldest_claimed`);
	const waiting = db.prepare(`
		SELECT waiting_for, COUNT(*) AS count, MIN(received_at) AS oldest,
			COUNT(*) FILTER (WHERE state = 'retry' AND due_at IS NULL) AS unmatched
		FROM deliveries INDEXED BY deliveries_waiting
		WHERE waiting_for IS NOT NULL AND task <> 'read_back' AND state IN ('processing', 'retry')
		GROUP BY waiting_for`);
	const why = db.prepare(`
		SELECT DISTINCT reason FROM deliveries INDEXED BY deliveries_waiting
		WHERE waiting_for = $what AND reason IS NOT NULL AND task <> 'read_back' AND state IN ('processing', 'retry')
		LIMIT $limit`);

	async function depthNow(): Promise<Depth> {
		const row = depth.get() ?? {};
		const waits = waiting.all();
		const oldest = [
			row.oldest_due,
			row.oldest_claimed,
			...waits
				.filter(({ waiting_for: what }) => what !== RECORD)
				.map((one) => one.oldest),
		].filter((time) => typeof time === "number");
		return {
			waiting: waits.reduce(
				(sum, { unmatched }) => sum + (unmatched as number),
				row.waiting as number,
			),
			oldestAt: oldest.length === 0 ? null : Math.min(...oldest),
			waitingFor: Object.fromEntries(
				waits.map((one) => [one.waiting_for as string, one.count as number]),
			),
			parked: row.parked as number,
			buried: row.buried as number,
		};
	}

	return {
		depth: depthNow,
		async whyWaiting(what, limit) {
			const rows = why.all({ $what: what, $limit: limit });
			return rows.map(({ reason }) => reason as string);
		},
	};
}
