import { setImmediate } from "node:timers/promises";
import type { RecordId } from "../../../job.ts";
import { asExpectations } from "../../job-state/expectations.ts";
import { OVERTAKEN_MS } from "../../job-state/expected.ts";
import type { ExpectedWebhooks } from "../../ledger/expected.ts";
import { LATE_WEBHOOKS } from "../../ledger/facts.ts";
import { runKey } from "../../run-key.ts";
import type { Database } from "../database.ts";
import type { SqliteFacts } from "./facts.ts";
import type { SqliteJobs } from "./jobs.ts";
import { createSqliteOperationFigures } from "./operation-figures.ts";

/** So many are forgotten before others have their turn. */
const TURN = 500;

/** The webhooks that are to come, and how they came. */
export function createSqliteExpected(
	db: Database,
	jobs: SqliteJobs,
	facts: SqliteFacts,
): ExpectedWebhooks & { prune(before: number): Promise<void> } {
	// A webhook that was faster than its announcement is expected no more; one that is over is expected anew.
	const announce = db.prepare(`
		INSERT INTO expected (job_id, nca_job_id, operation, expected_at, announced)
		SELECT $job_id, $nca_job_id, $operation, $at, 1
		WHERE $nca_job_id <> '' OR NOT EXISTS (
			SELECT 1 FROM expected WHERE job_id = $job_id AND arrived_at > $at - ${OVERTAKEN_MS})
		ON CONFLICT DO UPDATE SET announced = 1, resolved_at = NULL, attempts = 0,
			expected_at = CASE WHEN resolved_at IS NULL AND arrived_at IS NULL THEN expected_at ELSE $at END,
			arrived_at = CASE nca_job_id WHEN '' THEN NULL ELSE arrived_at END`);
	const attempt = db.prepare(
		"UPDATE expected SET attempts = attempts + 1 WHERE job_id = $job_id",
	);
	const missed = db.prepare(`
		SELECT 1 FROM expected
		WHERE expected_at >= $since AND expected_at < $before AND arrived_at IS NULL AND resolved_at IS NULL LIMIT 1`);
	const overdue = db.prepare(`
		SELECT job_id FROM expected
		WHERE announced = 1 AND arrived_at IS NULL AND resolved_at IS NULL
			AND expected_at >= $since AND expected_at < $before
		ORDER BY attempts, expected_at DESC LIMIT $limit`);
	const resolve = db.prepare(
		"UPDATE expected SET resolved_at = $now WHERE job_id = $job_id AND resolved_at IS NULL",
	);
	const prune = db.prepare(`
		DELETE FROM expected WHERE (job_id, nca_job_id) IN (
			SELECT job_id, nca_job_id FROM expected WHERE expected_at < $before LIMIT ${TURN})`);

	return {
		...createSqliteOperationFigures(db),
		async expect({ jobId, ncaJobId, operation, at }) {
			const key = runKey({ jobId, ncaJobId });
			announce.run({ ...key, $operation: operation, $at: at });
		},
		async expectations(jobId) {
			return asExpectations(jobId, jobs.expected(jobId));
		},
		async lateWebhooks() {
			return (await facts.fact(LATE_WEBHOOKS)) ?? 0;
		},
		async overdue(since, before, limit) {
			return overdue
				.all({ $since: since, $before: before, $limit: limit })
				.map((row) => row.job_id as RecordId);
		},
		async missedBetween(since, before) {
			return missed.get({ $since: since, $before: before }) !== undefined;
		},
		async attempted(ids) {
			db.transaction(() => {
				for (const id of ids) attempt.run({ $job_id: id });
			});
		},
		async resolved(ids, now) {
			db.transaction(() => {
				for (const id of ids) resolve.run({ $job_id: id, $now: now });
			});
		},
		async prune(before) {
			while (prune.run({ $before: before }) === TURN) await setImmediate();
		},
	};
}
