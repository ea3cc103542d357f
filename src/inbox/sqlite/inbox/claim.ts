import { LONGEST_DELAY_MS } from "../../backoff.ts";
import type { Inbox } from "../../inbox.ts";
import { INTERRUPTED } from "../../reasons.ts";
import type { Database } from "../database.ts";
import { isFull } from "../faults.ts";
import { asClaim } from "./rows.ts";

/** Takes out what is due. What a crash left claimed is due again from here on. */
export function createSqliteClaim(
	db: Database,
): Pick<Inbox, "claim" | "nextDue"> {
	// Due in a future that no retry reaches: the clock was set back.
	const due = db.prepare(`
		UPDATE deliveries SET state = 'processing', due_at = NULL, attempts = attempts + 1
		WHERE id IN (
			SELECT id FROM deliveries WHERE due_at <= $now OR due_at > $horizon ORDER BY due_at, id LIMIT $limit)
		RETURNING id, task, received_at, via, proof, query, body, job_id, waiting_for, waiting_since`);
	const next = db.prepare(
		"SELECT MIN(due_at) AS due_at FROM deliveries WHERE due_at IS NOT NULL",
	);

	db.prepare(`
		UPDATE deliveries SET state = 'retry', reason = '${INTERRUPTED}', due_at = 0
		WHERE state = 'processing'`).run();

	return {
		async claim(limit, now) {
			const horizon = now + LONGEST_DELAY_MS;
			const take = ($limit: number) =>
				due.all({ $limit, $now: now, $horizon: horizon });
			const rows = inHalves(limit, take);
			return rows.map(asClaim).sort((a, b) => (a.id < b.id ? -1 : 1));
		},
		async nextDue() {
			return (next.get()?.due_at ?? null) as number | null;
		},
	};
}

/** A row is written whole with its body: where the disk has no room for so many at once, it may have for fewer. */
function inHalves<T>(limit: number, work: (limit: number) => T): T {
	try {
		return work(limit);
	} catch (error) {
		if (!isFull(error) || limit < 2) throw error;
		return inHalves(Math.floor(limit / 2), work);
	}
}
