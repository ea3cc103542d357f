import type { Database } from "../database.ts";

/** So many jobs are looked at before others have their turn. */
export const TURN = 200;
/** Announced, not here, and of a job that was not closed since. */
export const AWAITED = `
	announced = 1 AND arrived_at IS NULL AND resolved_at IS NULL
	AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.job_id = expected.job_id AND settled_at >= expected_at)`;
const BEYOND = "(created_at, job_id) < ($at, $id)";
const PAGE = `ORDER BY created_at DESC, job_id DESC LIMIT ${TURN}`;

/** Of those that a page may show, when they were made, and which they are: newest first. */
export function prepareCandidates(db: Database) {
	return {
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
}
