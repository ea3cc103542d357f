import type { SeenJob } from "../../../airtable/job-record.ts";
import type { RecordId } from "../../../job.ts";
import { asStuckRun } from "../../job-state/stuck-run.ts";
import type { Rounds, StuckRun } from "../../ledger/rounds.ts";
import { runKey } from "../../run-key.ts";
import type { Database } from "../database.ts";
import type { SqliteAwaited } from "./awaited.ts";
import type { SqliteJobs } from "./jobs.ts";
import type { SqliteTimeline } from "./timeline.ts";
import { inTurns } from "./turns.ts";

type Needs = {
	db: Database;
	jobs: SqliteJobs;
	see: (seen: SeenJob, now: number) => void;
	awaited: Pick<SqliteAwaited, "found" | "attempt">;
	timeline: Pick<SqliteTimeline, "addLook">;
};

/** What rounds find, and are to know. */
export function createSqliteRounds({
	db,
	jobs,
	see,
	awaited,
	timeline,
}: Needs): Rounds {
	const list = db.prepare(`
		UPDATE runs SET stuck_since = COALESCE(stuck_since, $now), listed_at = $now
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);
	// Not found in processing any more: if it comes back, its time begins anew.
	const unlist = db.prepare(
		"UPDATE runs SET stuck_since = NULL, busy_since = NULL WHERE stuck_since IS NOT NULL AND listed_at < $now",
	);
	const check = db.prepare(
		"UPDATE runs SET checked_at = $now WHERE job_id = $job_id AND nca_job_id = $nca_job_id",
	);
	const due = ["job_id = $id", "nca_job_id = $id"].map((which) =>
		db.prepare(
			`UPDATE runs SET checked_at = NULL WHERE outcome IS NULL AND checked_at IS NOT NULL AND ${which}`,
		),
	);
	const stuck = db.prepare(
		"SELECT COUNT(*) AS count FROM runs WHERE stuck_since <= $since AND nca_said IS NOT 'completed'",
	);

	return {
		async listed(seen, now, whole) {
			await inTurns(db, seen, (one) => {
				see(one, now);
				list.run({ ...keyOf(one), $now: now });
				awaited.found(one, now);
			});
			if (whole) unlist.run({ $now: now });
		},
		async stuckRuns(seen) {
			const known = new Map<RecordId, StuckRun>();
			await inTurns(db, seen, ({ id, ncaJobId }) => {
				const run = asStuckRun({ runs: jobs.runs(id) }, ncaJobId);
				if (run) known.set(id, run);
			});
			return known;
		},
		async stuckCount(since) {
			return stuck.get({ $since: since })?.count as number;
		},
		async looked(looks, now) {
			await inTurns(db, looks, (look) => {
				check.run({ ...runKey(look), $now: now });
				awaited.attempt(look);
				timeline.addLook(look, now);
			});
		},
		async dueNow({ jobId, ncaJobId }) {
			let changed = 0;
			for (const [nth, id] of [jobId, ncaJobId].entries())
				if (id) changed += Number(due[nth]?.run({ $id: id }) ?? 0);
			return changed;
		},
	};
}

function keyOf({ id, ncaJobId }: SeenJob) {
	return runKey({ jobId: id, ncaJobId });
}
