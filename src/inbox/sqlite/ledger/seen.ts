import type { SeenJob } from "../../../airtable/job-record.ts";
import type { RecordId } from "../../../job.ts";
import type { JobHistory } from "../../../settle/case.ts";
import { filesOf, foundClosed } from "../../job-state/closed.ts";
import { asHistory } from "../../job-state/history.ts";
import type { SeenJobs } from "../../ledger/runs.ts";
import { runKey } from "../../run-key.ts";
import type { Database } from "../database.ts";
import type { SqliteJobs } from "./jobs.ts";
import type { SqliteTimeline } from "./timeline.ts";
import { inTurns } from "./turns.ts";

/** Jobs and the runs that their records bear. */
export function createSqliteSeen(
	db: Database,
	jobs: SqliteJobs,
	timeline: SqliteTimeline,
): SeenJobs & {
	/** A record was read. Within a transaction. @param now ms since the epoch */
	see(seen: SeenJob, now: number): void;
} {
	const sawJob = db.prepare(`
		INSERT INTO jobs (job_id, operation, target_id, created_at, first_seen_at)
		VALUES ($job_id, $operation, $target_id, $created_at, $now)
		ON CONFLICT (job_id) DO UPDATE SET
			operation = COALESCE($operation, operation), target_id = COALESCE($target_id, target_id)`);
	const sawRun = db.prepare(`
		INSERT INTO runs (job_id, nca_job_id, seen_at) VALUES ($job_id, $nca_job_id, $now)
		ON CONFLICT DO UPDATE SET seen_at = COALESCE(seen_at, $now)`);
	// What we know is newer than what the record says, unless we could not note it: then it is to be read back, too.
	const rebuild = db.prepare(`
		INSERT INTO runs (job_id, nca_job_id, seen_at, outcome, via, settled_at, reason, files, attachment)
		VALUES ($job_id, $nca_job_id, $at, $outcome, $via, $at, $reason, $files, 'pending')
		ON CONFLICT DO UPDATE SET outcome = $outcome, via = $via, settled_at = $at, reason = $reason,
			files = $files, attachment = 'pending'
		WHERE outcome IS NULL AND $at > COALESCE(reopened_at, 0)`);
	const newest = db.prepare(`
		SELECT job_id FROM jobs WHERE target_id = $target_id AND operation = $operation
		ORDER BY created_at DESC, job_id DESC LIMIT 1`);
	const bearer = db.prepare(
		"SELECT job_id FROM runs WHERE nca_job_id = $nca_job_id ORDER BY seen_at DESC LIMIT 1",
	);

	function see(seen: SeenJob, now: number): void {
		const { id: jobId, ncaJobId, closed } = seen;
		sawJob.run({
			$job_id: jobId,
			$operation: seen.operation,
			$target_id: seen.targetId,
			$created_at: seen.createdAt,
			$now: now,
		});
		const isNews =
			closed &&
			rebuild.run({
				...runKey({ jobId, ncaJobId: closed.ncaJobId }),
				$outcome: closed.outcome,
				$via: closed.via,
				$at: closed.at,
				$reason: closed.reason,
				$files: JSON.stringify(filesOf(closed)),
			});
		if (isNews) timeline.add([foundClosed(jobId, closed, now)]);
		sawRun.run({ ...runKey({ jobId, ncaJobId }), $now: now });
	}

	return {
		see,
		async saw(seen, now) {
			await inTurns(db, seen, (one) => see(one, now));
		},
		async recall(ids) {
			const known = new Map<RecordId, JobHistory>();
			for (const id of ids) {
				const seen = jobs.seen(id);
				const history = seen && asHistory({ seen, runs: jobs.runs(id) });
				if (history) known.set(id, history);
			}
			return known;
		},
		async newestFor(targetId, operation) {
			const row = newest.get({ $target_id: targetId, $operation: operation });
			return (row?.job_id ?? null) as RecordId | null;
		},
		async jobOf(ncaJobId) {
			const row = bearer.get({ $nca_job_id: ncaJobId });
			return (row?.job_id ?? null) as RecordId | null;
		},
	};
}
