import { setImmediate } from "node:timers/promises";
import type { Database } from "../database.ts";
import { TURN } from "./turns.ts";

/** Forgets the jobs of which nothing was heard since a time, ms since the epoch, in turns. */
export function createForgetSilent(db: Database) {
	const silent = db.prepare(`
		DELETE FROM jobs WHERE job_id IN (
			SELECT job_id FROM jobs
			WHERE first_seen_at < $before AND NOT EXISTS (
				SELECT 1 FROM runs WHERE runs.job_id = jobs.job_id AND MAX(COALESCE(seen_at, 0), COALESCE(settled_at, 0),
					COALESCE(reopened_at, 0), COALESCE(listed_at, 0), COALESCE(checked_at, 0)) >= $before)
			LIMIT ${TURN})
		RETURNING job_id`);
	const forgetRuns = db.prepare("DELETE FROM runs WHERE job_id = $job_id");

	function forgetSome(before: number): number {
		return db.transaction(() => {
			const rows = silent.all({ $before: before });
			for (const row of rows) forgetRuns.run({ $job_id: row.job_id as string });
			return rows.length;
		});
	}

	return async function forgetSilent(before: number): Promise<void> {
		let gone: number;
		do {
			gone = forgetSome(before);
			await setImmediate();
		} while (gone === TURN);
	};
}
