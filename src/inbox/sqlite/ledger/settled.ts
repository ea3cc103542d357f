import type { SettledRun } from "../../../settle/memory.ts";
import type { SettledRuns } from "../../ledger/runs.ts";
import { runKey } from "../../run-key.ts";
import { countsOfSettled } from "../../tally.ts";
import type { Database } from "../database.ts";
import type { SqliteJobs } from "./jobs.ts";
import type { SqliteTallies } from "./tallies.ts";
import type { SqliteTimeline } from "./timeline.ts";

type Needs = {
	db: Database;
	jobs: SqliteJobs;
	tallies: Pick<SqliteTallies, "add">;
	timeline: SqliteTimeline;
};

/** What became of runs. */
export function createSqliteSettled({
	db,
	jobs,
	tallies,
	timeline,
}: Needs): SettledRuns {
	const settle = db.prepare(`
		INSERT INTO runs (job_id, nca_job_id, outcome, via, settled_at, reason, files, attachment)
		VALUES ($job_id, $nca_job_id, $outcome, $via, $at, $reason, $files, $attachment)
		ON CONFLICT DO UPDATE SET outcome = $outcome, via = $via, settled_at = $at, reason = $reason,
			files = $files, attachment = $attachment, closed_again = 0, attached_again = 0,
			stuck_since = NULL, busy_since = NULL`);
	const settleAgain = db.prepare(`
		UPDATE runs SET closed_again = closed_again + 1, stuck_since = NULL, attachment = $attachment
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);
	const keep = db.prepare(`
		UPDATE runs SET attachment = $attachment, attached_again = 0
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);
	const attach = db.prepare(
		"UPDATE runs SET attached_again = attached_again + 1 WHERE job_id = $job_id AND nca_job_id = $nca_job_id",
	);
	const forget = db.prepare(`
		UPDATE runs SET outcome = NULL, via = NULL, settled_at = NULL, reason = '', files = '[]',
			attachment = 'kept', closed_again = 0, attached_again = 0, stuck_since = $now, listed_at = $now,
			checked_at = NULL, asked_at = NULL, nca_said = NULL, busy_since = NULL, reopened_at = $now
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);

	function settleOne(one: SettledRun): void {
		const key = { ...runKey(one), $attachment: one.attachment };
		if (one.again) settleAgain.run(key);
		else
			settle.run({
				...key,
				$outcome: one.outcome,
				$via: one.via,
				$at: one.at,
				$reason: one.reason,
				$files: JSON.stringify(one.files),
			});
		const createdAt = jobs.seen(one.jobId)?.createdAt ?? null;
		tallies.add(countsOfSettled(one, createdAt), one.at);
	}

	return {
		async settled(outcomes, events) {
			db.transaction(() => {
				for (const one of outcomes) settleOne(one);
				timeline.add(events);
			});
		},
		async attachment(of, attachment, event) {
			db.transaction(() => {
				keep.run({ ...runKey(of), $attachment: attachment });
				timeline.add([event]);
			});
		},
		async attachedAgain(of, event) {
			db.transaction(() => {
				attach.run(runKey(of));
				timeline.add([event]);
			});
		},
		async reopened(of, event) {
			db.transaction(() => {
				forget.run({ ...runKey(of), $now: event.at });
				timeline.add([event]);
			});
		},
	};
}
