import type { NcaAnswers } from "../../ledger/nca.ts";
import { runKey } from "../../run-key.ts";
import type { Database } from "../database.ts";
import type { SqliteTimeline } from "./timeline.ts";

/** What NCA says of runs. */
export function createSqliteNca(
	db: Database,
	timeline: SqliteTimeline,
): NcaAnswers {
	const ask = db.prepare(`
		UPDATE runs SET asked_at = $now, nca_said = $said,
			busy_since = CASE WHEN $said IN ('queued', 'running') THEN COALESCE(busy_since, $now) END
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);
	const busy = db.prepare(
		"SELECT MIN(busy_since) AS since FROM runs WHERE stuck_since IS NOT NULL",
	);

	return {
		async ncaSaid(of, said, event) {
			db.transaction(() => {
				ask.run({ ...runKey(of), $now: event.at, $said: said });
				timeline.add([event]);
			});
		},
		async busySince() {
			return (busy.get()?.since ?? null) as number | null;
		},
	};
}
