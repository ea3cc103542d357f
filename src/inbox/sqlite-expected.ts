import type { SeenJob } from "../airtable/job-record.ts";
import type { RecordId, RunKey } from "../job.ts";
import type { Arrival } from "../settle/memory.ts";
import type { Ledger, OperationFigures } from "./ledger.ts";
import type { Database, Row } from "./sqlite.ts";

type ExpectedWebhooks = Pick<
	Ledger,
	"expect" | "overdue" | "resolved" | "pruneExpected" | "operationFigures"
> & {
	/** A round found the job. */
	found(seen: SeenJob): void;
	attempt(run: RunKey): void;
	arrive(arrival: Arrival): void;
};

/** So many of an operation's latest jobs tell how long one takes. */
const SAMPLE = 1000;

/** The webhooks that are to come, and how they came. */
export function createSqliteExpected(db: Database): ExpectedWebhooks {
	const announce = db.prepare(`
		INSERT INTO expected (job_id, nca_job_id, operation, expected_at, announced)
		VALUES ($job_id, $nca_job_id, $operation, $at, $announced)
		ON CONFLICT DO UPDATE SET announced = MAX(announced, $announced)`);
	// Announced before the engine knew NCA's id.
	const name = db.prepare(`
		UPDATE OR REPLACE expected SET nca_job_id = $nca_job_id
		WHERE job_id = $job_id AND nca_job_id = '' AND $nca_job_id <> ''`);
	const attempt = db.prepare(`
		UPDATE expected SET attempts = attempts + 1 WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);
	const arrive = db.prepare(`
		INSERT INTO expected (job_id, nca_job_id, operation, expected_at, announced, arrived_at, work_seconds)
		SELECT job_id, $nca_job_id, COALESCE(operation, 'other'), created_at, 0, $arrived_at, $work_seconds
		FROM jobs WHERE job_id = $job_id
		ON CONFLICT DO UPDATE SET arrived_at = COALESCE(arrived_at, excluded.arrived_at),
			work_seconds = COALESCE(work_seconds, excluded.work_seconds)`);
	const overdue = db.prepare(`
		SELECT job_id FROM expected
		WHERE announced = 1 AND arrived_at IS NULL AND resolved_at IS NULL
			AND expected_at >= $since AND expected_at < $before
		ORDER BY expected_at DESC LIMIT $limit`);
	const resolve = db.prepare(
		"UPDATE expected SET resolved_at = $now WHERE job_id = $job_id AND resolved_at IS NULL",
	);
	const prune = db.prepare("DELETE FROM expected WHERE expected_at < $before");
	const figures = db.prepare(`
		SELECT operation, COUNT(*) AS expected, COUNT(arrived_at) AS arrived,
			COUNT(*) FILTER (WHERE arrived_at > expected_at + $patience) AS late,
			AVG(arrived_at - expected_at - $patience) FILTER (WHERE arrived_at > expected_at + $patience) AS late_ms,
			COUNT(*) FILTER (WHERE arrived_at IS NULL AND expected_at < $now - 86400000) AS never
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
		found({ id, ncaJobId, operation, createdAt }) {
			const key = { $job_id: id, $nca_job_id: ncaJobId ?? "" };
			name.run(key);
			announce.run({
				...key,
				$operation: operation ?? "other",
				$at: createdAt,
				$announced: 0,
			});
		},
		attempt({ jobId, ncaJobId }) {
			attempt.run({ $job_id: jobId, $nca_job_id: ncaJobId ?? "" });
		},
		arrive({ jobId, ncaJobId, via, at, workSeconds }) {
			const key = { $job_id: jobId, $nca_job_id: ncaJobId ?? "" };
			name.run(key);
			arrive.run({
				...key,
				$arrived_at: via === "webhook" ? at : null,
				$work_seconds: workSeconds,
			});
		},
		async expect({ jobId, ncaJobId, operation, at, announced }) {
			announce.run({
				$job_id: jobId,
				$nca_job_id: ncaJobId ?? "",
				$operation: operation,
				$at: at,
				$announced: announced ? 1 : 0,
			});
		},
		async overdue(since, before, limit) {
			return overdue
				.all({ $since: since, $before: before, $limit: limit })
				.map((row) => row.job_id as RecordId);
		},
		async resolved(jobs, now) {
			db.transaction(() => {
				for (const id of jobs) resolve.run({ $job_id: id, $now: now });
			});
		},
		async pruneExpected(before) {
			prune.run({ $before: before });
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
