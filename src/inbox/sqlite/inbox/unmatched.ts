import type { DeliveryId, NcaJobId, RecordId } from "../../../job.ts";
import type { Inbox } from "../../inbox.ts";
import { BORNE_NOW, UNCONFIRMED } from "../../reasons.ts";
import type { Database } from "../database.ts";

/** What waits for its record, or for it to bear its id. */
export function createSqliteUnmatched(
	db: Database,
): Pick<Inbox, "unmatched" | "lookedFor" | "recordsSeen"> {
	const unmatched = db.prepare(`
		SELECT id, job_id, nca_job_id, waiting_since FROM deliveries
		WHERE state = 'retry' AND due_at IS NULL ORDER BY looked_at, id LIMIT $limit`);
	const looked = db.prepare(`
		UPDATE deliveries SET looked_at = $now, due_at = $due_at
		WHERE id = $id AND state = 'retry' AND due_at IS NULL`);
	const seen = db.prepare(`
		UPDATE deliveries SET due_at = 0
		WHERE state = 'retry' AND due_at IS NULL AND (
			job_id IN (SELECT value ->> 0 FROM json_each($runs))
			OR job_id IS NULL AND nca_job_id IN (SELECT value ->> 1 FROM json_each($runs)))`);
	// A failure that named the run before its record did.
	const confirmed = db.prepare(`
		UPDATE deliveries SET state = 'retry', reason = '${BORNE_NOW}', due_at = 0
		WHERE state = 'parked' AND reason = '${UNCONFIRMED}'
			AND nca_job_id IN (SELECT value ->> 1 FROM json_each($runs))`);

	return {
		async unmatched(limit) {
			return unmatched.all({ $limit: limit }).map((row) => ({
				id: row.id as DeliveryId,
				jobId: row.job_id as RecordId | null,
				ncaJobId: row.nca_job_id as NcaJobId | null,
				since: row.waiting_since as number,
			}));
		},
		async lookedFor(ids, found, now) {
			const there = new Set(found);
			db.transaction(() => {
				for (const id of ids) {
					const due = there.has(id) ? 0 : null;
					looked.run({ $id: id, $now: now, $due_at: due });
				}
			});
		},
		async recordsSeen(runs) {
			const pairs = runs.map(({ jobId, ncaJobId }) => [jobId, ncaJobId]);
			const $runs = JSON.stringify(pairs);
			return seen.run({ $runs }) + confirmed.run({ $runs });
		},
	};
}
