import { setImmediate } from "node:timers/promises";
import type { SeenJob } from "../../../airtable/job-record.ts";
import type { NcaJobId, RecordId, RunKey } from "../../../job.ts";
import type { Arrival } from "../../../settle/memory.ts";
import { OVERTAKEN_MS } from "../../job-state/expected.ts";
import {
	EXPECTED_MS,
	type ExpectedWebhooks,
	type OperationFigures,
} from "../../ledger/expected.ts";
import { runKey } from "../../run-key.ts";
import type { Database, Row } from "../database.ts";

export type SqliteExpected = ExpectedWebhooks & {
	prune(before: number): Promise<void>;
	/** A round found the job. */
	found(seen: SeenJob, now: number): void;
	attempt(run: RunKey): void;
	/** @returns when its job was made, ms since the epoch, where it is the first webhook of its run; else null */
	arrive(arrival: Arrival): number | null;
};

const LATE = "late_webhooks";
/** So many are forgotten before others have their turn. */
const TURN = 500;
/** So many of an operation's latest jobs tell how long one takes. */
const SAMPLE = 1000;

/** The webhooks that are to come, and how they came. */
export function createSqliteExpected(db: Database): SqliteExpected {
	const find = db.prepare(`
		INSERT INTO expected (job_id, nca_job_id, operation, expected_at, announced)
		VALUES ($job_id, $nca_job_id, $operation, $at, 0) ON CONFLICT DO NOTHING`);
	// A webhook that was faster than its announcement is expected no more; one that is over is expected anew.
	const announce = db.prepare(`
		INSERT INTO expected (job_id, nca_job_id, operation, expected_at, announced)
		SELECT $job_id, $nca_job_id, $operation, $at, 1
		WHERE $nca_job_id <> '' OR NOT EXISTS (
			SELECT 1 FROM expected WHERE job_id = $job_id AND arrived_at > $at - ${OVERTAKEN_MS})
		ON CONFLICT DO UPDATE SET announced = 1, resolved_at = NULL, attempts = 0,
			expected_at = CASE WHEN resolved_at IS NULL AND arrived_at IS NULL THEN expected_at ELSE $at END,
			arrived_at = CASE nca_job_id WHEN '' THEN NULL ELSE arrived_at END`);
	// Announced before the engine knew NCA's id.
	const name = db.prepare(`
		UPDATE OR IGNORE expected SET nca_job_id = $nca_job_id
		WHERE job_id = $job_id AND nca_job_id = '' AND $nca_job_id <> ''`);
	const merge = db.prepare(`
		UPDATE expected SET announced = 1
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id AND nca_job_id <> ''
			AND EXISTS (SELECT 1 FROM expected WHERE job_id = $job_id AND nca_job_id = '')`);
	const merged = db.prepare(`
		DELETE FROM expected WHERE job_id = $job_id AND nca_job_id = '' AND $nca_job_id <> ''`);
	const ofJob = db.prepare(
		"SELECT * FROM expected WHERE job_id = $job_id ORDER BY expected_at",
	);
	const late = db.prepare(`
		INSERT INTO facts (name, value)
		SELECT $name, 1 FROM expected
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id AND arrived_at IS NULL AND expected_at < $at - $patience
		ON CONFLICT (name) DO UPDATE SET value = value + 1`);
	const lates = db.prepare("SELECT value FROM facts WHERE name = $name");
	const attempt = db.prepare(`
		UPDATE expected SET attempts = attempts + 1 WHERE job_id = $job_id AND nca_job_id IN ($nca_job_id, '')`);
	const attemptAll = db.prepare(
		"UPDATE expected SET attempts = attempts + 1 WHERE job_id = $job_id",
	);
	// What nobody expected is not late: its record may be an old one, submitted again.
	const arrive = db.prepare(`
		INSERT INTO expected (job_id, nca_job_id, operation, expected_at, announced, arrived_at, work_seconds)
		SELECT job_id, $nca_job_id, COALESCE(operation, 'other'),
			CASE WHEN created_at > $at - ${EXPECTED_MS} THEN created_at ELSE $at END, 0, $arrived_at, $work_seconds
		FROM jobs WHERE job_id = $job_id
		ON CONFLICT DO UPDATE SET arrived_at = COALESCE(arrived_at, excluded.arrived_at),
			work_seconds = COALESCE(work_seconds, excluded.work_seconds)`);
	const awaited = db.prepare(`
		SELECT created_at FROM expected JOIN jobs USING (job_id)
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id AND arrived_at IS NULL`);
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
	const figures = db.prepare(`
		SELECT operation, COUNT(*) AS expected, COUNT(arrived_at) AS arrived,
			COUNT(*) FILTER (WHERE arrived_at > expected_at + $patience) AS late,
			AVG(arrived_at - expected_at - $patience) FILTER (WHERE arrived_at > expected_at + $patience) AS late_ms,
			COUNT(*) FILTER (WHERE arrived_at IS NULL AND expected_at < $now - ${EXPECTED_MS}) AS never
		FROM expected WHERE expected_at >= $since GROUP BY operation ORDER BY operation`);
	const sample = db.prepare(`
		SELECT work_seconds FROM (
			SELECT work_seconds FROM expected WHERE operation = $operation AND work_seconds IS NOT NULL
			ORDER BY expected_at DESC LIMIT $limit)
		ORDER BY work_seconds`);

	function percentiles(operation: string) {
		const seconds = sample
			.all({ $operation: operation, $limit: SAMPLE })
			.map((row) => row.work_seconds as number);
		const rank = (part: number) =>
			seconds[Math.ceil(seconds.length * part) - 1] ?? null;
		return { p50Seconds: rank(0.5), p99Seconds: rank(0.99) };
	}

	return {
		found({ id, ncaJobId, operation, createdAt }, now) {
			// Nobody waits for it any more.
			if (now - createdAt > EXPECTED_MS) return;
			const key = runKey({ jobId: id, ncaJobId });
			name.run(key);
			merge.run(key);
			merged.run(key);
			find.run({ ...key, $operation: operation ?? "other", $at: createdAt });
		},
		attempt({ jobId, ncaJobId }) {
			attempt.run(runKey({ jobId, ncaJobId }));
		},
		arrive({ jobId, ncaJobId, via, at, patienceMs, workSeconds }) {
			const key = runKey({ jobId, ncaJobId });
			name.run(key);
			const said = { ...key, $at: at, $work_seconds: workSeconds };
			arrive.run({ ...said, $arrived_at: null });
			if (via !== "webhook") return null;
			const first = awaited.get(key);
			late.run({ ...key, $name: LATE, $at: at, $patience: patienceMs });
			arrive.run({ ...said, $arrived_at: at });
			return (first?.created_at ?? null) as number | null;
		},
		async expect({ jobId, ncaJobId, operation, at }) {
			announce.run({
				...runKey({ jobId, ncaJobId }),
				$operation: operation,
				$at: at,
			});
		},
		async expectations(jobId) {
			return ofJob.all({ $job_id: jobId }).map((row) => ({
				jobId,
				ncaJobId: (row.nca_job_id || null) as NcaJobId | null,
				operation: row.operation as string,
				at: row.expected_at as number,
				announced: row.announced === 1,
				attempts: row.attempts as number,
				arrivedAt: row.arrived_at as number | null,
			}));
		},
		async lateWebhooks() {
			return (lates.get({ $name: LATE })?.value ?? 0) as number;
		},
		async overdue(since, before, limit) {
			return overdue
				.all({ $since: since, $before: before, $limit: limit })
				.map((row) => row.job_id as RecordId);
		},
		async missedBetween(since, before) {
			return missed.get({ $since: since, $before: before }) !== undefined;
		},
		async attempted(jobs) {
			db.transaction(() => {
				for (const id of jobs) attemptAll.run({ $job_id: id });
			});
		},
		async resolved(jobs, now) {
			db.transaction(() => {
				for (const id of jobs) resolve.run({ $job_id: id, $now: now });
			});
		},
		async prune(before) {
			while (prune.run({ $before: before }) === TURN) await setImmediate();
		},
		async operationFigures(since, now, patienceMs) {
			return figures
				.all({ $since: since, $now: now, $patience: patienceMs })
				.map((row) => ({
					...asFigures(row),
					...percentiles(row.operation as string),
				}));
		},
	};
}

function asFigures(
	row: Row,
): Omit<OperationFigures, "p50Seconds" | "p99Seconds"> {
	const lateMs = row.late_ms as number | null;
	return {
		operation: row.operation as string,
		expected: row.expected as number,
		arrived: row.arrived as number,
		late: row.late as number,
		averageLateSeconds: lateMs === null ? null : lateMs / 1000,
		neverArrived: row.never as number,
	};
}
