import type { SeenJob } from "../../../airtable/job-record.ts";
import type { RunKey } from "../../../job.ts";
import type { Arrival } from "../../../settle/memory.ts";
import { EXPECTED_MS } from "../../ledger/expected.ts";
import { LATE_WEBHOOKS } from "../../ledger/facts.ts";
import { runKey } from "../../run-key.ts";
import type { Database } from "../database.ts";

/** Each within a transaction. */
export type SqliteAwaited = {
	/** A round found the job. @param now ms since the epoch */
	found(seen: SeenJob, now: number): void;
	/** Its file was looked for. */
	attempt(run: RunKey): void;
	/** @returns when its job was made, ms since the epoch, where it is the first webhook of its run; else null */
	arrive(arrival: Arrival): number | null;
};

/** What becomes of the webhooks of runs that are to come. */
export function createSqliteAwaited(db: Database): SqliteAwaited {
	const named = createNamed(db);
	const find = db.prepare(`
		INSERT INTO expected (job_id, nca_job_id, operation, expected_at, announced)
		VALUES ($job_id, $nca_job_id, $operation, $at, 0) ON CONFLICT DO NOTHING`);
	const late = db.prepare(`
		INSERT INTO facts (name, value)
		SELECT $name, 1 FROM expected
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id AND arrived_at IS NULL AND expected_at < $at - $patience
		ON CONFLICT (name) DO UPDATE SET value = value + 1`);
	const attempt = db.prepare(`
		UPDATE expected SET attempts = attempts + 1 WHERE job_id = $job_id AND nca_job_id IN ($nca_job_id, '')`);
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

	return {
		found({ id, ncaJobId, operation, createdAt }, now) {
			// Nobody waits for it any more.
			if (now - createdAt > EXPECTED_MS) return;
			const key = runKey({ jobId: id, ncaJobId });
			named.merge(key);
			find.run({ ...key, $operation: operation ?? "other", $at: createdAt });
		},
		attempt({ jobId, ncaJobId }) {
			attempt.run(runKey({ jobId, ncaJobId }));
		},
		arrive({ jobId, ncaJobId, via, at, patienceMs, workSeconds }) {
			const key = runKey({ jobId, ncaJobId });
			named.name(key);
			const said = { ...key, $at: at, $work_seconds: workSeconds };
			arrive.run({ ...said, $arrived_at: null });
			if (via !== "webhook") return null;
			const first = awaited.get(key);
			late.run({
				...key,
				$name: LATE_WEBHOOKS,
				$at: at,
				$patience: patienceMs,
			});
			arrive.run({ ...said, $arrived_at: at });
			return (first?.created_at ?? null) as number | null;
		},
	};
}

/** What was announced before the engine knew NCA's id is the one of the id that is known now. */
function createNamed(db: Database) {
	const name = db.prepare(`
		UPDATE OR IGNORE expected SET nca_job_id = $nca_job_id
		WHERE job_id = $job_id AND nca_job_id = '' AND $nca_job_id <> ''`);
	const announce = db.prepare(`
		UPDATE expected SET announced = 1
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id AND nca_job_id <> ''
			AND EXISTS (SELECT 1 FROM expected WHERE job_id = $job_id AND nca_job_id = '')`);
	const remove = db.prepare(`
		DELETE FROM expected WHERE job_id = $job_id AND nca_job_id = '' AND $nca_job_id <> ''`);
	type Key = ReturnType<typeof runKey>;

	return {
		/** Where one of that id is known already, it stays beside it: it was announced since, and is of the next run. */
		name(key: Key): void {
			name.run(key);
		},
		/** Where one of that id is known already, it is the announced one now. */
		merge(key: Key): void {
			name.run(key);
			announce.run(key);
			remove.run(key);
		},
	};
}
