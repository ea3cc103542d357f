import { setImmediate } from "node:timers/promises";
import type { RecordId } from "../../../job.ts";
import type { OperationName } from "../../../operations.ts";
import { asKnownJob } from "../../job-state/known-job.ts";
import type {
	ExpectedState,
	JobState,
	RunState,
} from "../../job-state/state.ts";
import type { KnownJob, KnownJobs } from "../../ledger/known-jobs.ts";
import type { Database, Row } from "../database.ts";
import { asSettled } from "./rows.ts";

/** So many jobs are looked at before others have their turn. */
const TURN = 200;
/** Announced, not here, and of a job that was not closed since. */
const AWAITED = `
	announced = 1 AND arrived_at IS NULL AND resolved_at IS NULL
	AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.job_id = expected.job_id AND settled_at >= expected_at)`;
const BEYOND = "(created_at, job_id) < ($at, $id)";
const PAGE = `ORDER BY created_at DESC, job_id DESC LIMIT ${TURN}`;
/** Later than all. */
const NEWEST = { $at: Number.MAX_SAFE_INTEGER, $id: "" };

/** The jobs of the ledger, for people. */
export function createSqliteKnownJobs(db: Database): KnownJobs {
	const job = db.prepare("SELECT * FROM jobs WHERE job_id = $id");
	const runs = db.prepare("SELECT * FROM runs WHERE job_id = $id");
	const expected = db.prepare("SELECT * FROM expected WHERE job_id = $id");
	const looks = db.prepare(`
		SELECT nca_job_id, facts FROM events WHERE id IN (
			SELECT MAX(id) FROM events WHERE job_id = $id AND what = 'looked' GROUP BY nca_job_id)`);
	/** Of those that a page may show, when they were made, and which they are: newest first. */
	const candidates = {
		all: db.prepare(`
			SELECT job_id, created_at FROM jobs WHERE ${BEYOND}
			UNION ALL
			SELECT job_id, MAX(expected_at) AS created_at FROM expected INDEXED BY expected_open
			WHERE ${AWAITED} AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.job_id = expected.job_id)
			GROUP BY job_id HAVING ${BEYOND}
			${PAGE}`),
		stuck: db.prepare(`
			SELECT job_id, created_at FROM jobs
			WHERE ${BEYOND} AND job_id IN (SELECT job_id FROM runs WHERE stuck_since IS NOT NULL) ${PAGE}`),
		expected: db.prepare(`
			SELECT job_id, created_at FROM (
				SELECT job_id, COALESCE(jobs.created_at, MAX(expected_at)) AS created_at
				FROM expected INDEXED BY expected_open LEFT JOIN jobs USING (job_id)
				WHERE ${AWAITED} GROUP BY job_id)
			WHERE ${BEYOND} ${PAGE}`),
		failed: db.prepare(`
			SELECT job_id, created_at FROM jobs
			WHERE ${BEYOND} AND job_id IN (SELECT job_id FROM runs WHERE outcome = 'failed') ${PAGE}`),
		seen: db.prepare(`
			SELECT job_id, created_at FROM jobs
			WHERE ${BEYOND} AND job_id IN (SELECT job_id FROM runs WHERE outcome IS NULL) ${PAGE}`),
		completed: db.prepare(
			`SELECT job_id, created_at FROM jobs WHERE ${BEYOND} ${PAGE}`,
		),
	};
	const stuck = db.prepare(
		"SELECT COUNT(DISTINCT job_id) AS count FROM runs WHERE stuck_since IS NOT NULL",
	);
	const awaited = db.prepare(`
		SELECT COUNT(DISTINCT job_id) AS count FROM expected INDEXED BY expected_open
		WHERE ${AWAITED} AND NOT EXISTS (
			SELECT 1 FROM runs WHERE runs.job_id = expected.job_id AND stuck_since IS NOT NULL)`);
	const made = db.prepare(
		"SELECT COUNT(*) AS count FROM jobs WHERE created_at >= $since",
	);

	function read(id: string): KnownJob | null {
		const key = { $id: id };
		const seen = job.get(key);
		const lookOf = new Map(
			looks.all(key).map((row) => [row.nca_job_id, row.facts as string]),
		);
		return asKnownJob(id as RecordId, {
			seen: seen ? asSeen(seen) : null,
			runs: new Map(
				runs.all(key).map((row) => {
					const looked = lookOf.get(row.nca_job_id) ?? null;
					return [row.nca_job_id as string, asRun(row, looked)];
				}),
			),
			expected: new Map(
				expected
					.all(key)
					.map((row) => [row.nca_job_id as string, asExpected(row)]),
			),
		});
	}

	return {
		async jobs({ state, limit, before }) {
			const last = before === undefined ? undefined : read(before);
			// It is forgotten, and with it all that came after it.
			if (last === null) return [];
			const page = candidates[state ?? "all"];
			const found: KnownJob[] = [];
			let beyond = last ? { $at: last.createdAt, $id: last.jobId } : NEWEST;
			for (; ; await setImmediate()) {
				const rows = page.all(beyond);
				for (const { job_id: id } of rows) {
					const known = read(id as string);
					if (known && (state === undefined || known.state === state))
						found.push(known);
					if (found.length >= limit) return found;
				}
				const end = rows.at(-1);
				if (!end || rows.length < TURN) return found;
				beyond = {
					$at: end.created_at as number,
					$id: end.job_id as RecordId,
				};
			}
		},
		async job(id) {
			return read(id);
		},
		async inProcessing() {
			return {
				stuck: stuck.get()?.count as number,
				expected: awaited.get()?.count as number,
			};
		},
		async madeSince(since) {
			return made.get({ $since: since })?.count as number;
		},
	};
}

// What we wrote ourselves needs no second check: the tables are STRICT.
function asSeen(row: Row): NonNullable<JobState["seen"]> {
	return {
		firstSeenAt: row.first_seen_at as number,
		createdAt: row.created_at as number,
		operation: row.operation as OperationName | null,
		targetId: row.target_id as RecordId | null,
	};
}

function asRun(row: Row, looked: string | null): RunState {
	return {
		seenAt: row.seen_at as number | null,
		settled: asSettled(row),
		reopenedAt: row.reopened_at as number | null,
		checkedAt: row.checked_at as number | null,
		looked,
		endpoint: row.endpoint as string | null,
		stuckSince: row.stuck_since as number | null,
		listedAt: row.listed_at as number | null,
		askedAt: row.asked_at as number | null,
		ncaSaid: row.nca_said as RunState["ncaSaid"],
		busySince: row.busy_since as number | null,
	};
}

function asExpected(row: Row): ExpectedState {
	return {
		operation: row.operation as string,
		at: row.expected_at as number,
		announced: row.announced === 1,
		attempts: row.attempts as number,
		arrivedAt: row.arrived_at as number | null,
		workSeconds: row.work_seconds as number | null,
		resolvedAt: row.resolved_at as number | null,
	};
}
