import { setImmediate } from "node:timers/promises";
import type { RecordId } from "../../../job.ts";
import { asKnownJob } from "../../job-state/known-job.ts";
import type { KnownJob, KnownJobs } from "../../ledger/known-jobs.ts";
import type { Database } from "../database.ts";
import { AWAITED, prepareCandidates, TURN } from "./candidates.ts";
import type { SqliteJobs } from "./jobs.ts";

/** Later than all. */
const NEWEST = { $at: Number.MAX_SAFE_INTEGER, $id: "" };

/** The jobs of the ledger, for people. */
export function createSqliteKnownJobs(
	db: Database,
	jobs: SqliteJobs,
): KnownJobs {
	const looks = db.prepare(`
		SELECT nca_job_id, facts FROM events WHERE id IN (
			SELECT MAX(id) FROM events WHERE job_id = $id AND what = 'looked' GROUP BY nca_job_id)`);
	const candidates = prepareCandidates(db);
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

	function read(jobId: string): KnownJob | null {
		const id = jobId as RecordId;
		const lookOf = new Map(
			looks
				.all({ $id: id })
				.map((row) => [row.nca_job_id, row.facts as string]),
		);
		return asKnownJob(id, {
			seen: jobs.seen(id),
			runs: jobs.runs(id, lookOf),
			expected: jobs.expected(id),
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
