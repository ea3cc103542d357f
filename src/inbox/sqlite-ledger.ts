import type { NcaJobId, RecordId } from "../job.ts";
import type { JobHistory } from "../settle/judge.ts";
import type { Ledger } from "./ledger.ts";
import type { Database, Row } from "./sqlite.ts";

export function createSqliteLedger(db: Database): Ledger {
	const sawJob = db.prepare(`
		INSERT INTO jobs (job_id, operation, target_id, created_at, first_seen_at)
		VALUES ($job_id, $operation, $target_id, $created_at, $now)
		ON CONFLICT (job_id) DO UPDATE SET
			operation = COALESCE($operation, operation), target_id = COALESCE($target_id, target_id)`);
	const sawRun = db.prepare(`
		INSERT INTO runs (job_id, nca_job_id, seen_at) VALUES ($job_id, $nca_job_id, $now)
		ON CONFLICT DO UPDATE SET seen_at = COALESCE(seen_at, $now)`);
	const job = db.prepare(
		"SELECT first_seen_at FROM jobs WHERE job_id = $job_id",
	);
	const runs = db.prepare("SELECT * FROM runs WHERE job_id = $job_id");
	const newest = db.prepare(`
		SELECT job_id FROM jobs WHERE target_id = $target_id AND operation = $operation
		ORDER BY created_at DESC, job_id DESC LIMIT 1`);
	const settle = db.prepare(`
		INSERT INTO runs (job_id, nca_job_id, outcome, via, settled_at)
		VALUES ($job_id, $nca_job_id, $outcome, $via, $at)
		ON CONFLICT DO UPDATE SET outcome = $outcome, via = $via, settled_at = $at`);
	const lastCheck = db.prepare(
		"SELECT checked_at FROM runs WHERE job_id = $job_id AND nca_job_id = $nca_job_id",
	);
	const check = db.prepare(
		"UPDATE runs SET checked_at = $now WHERE job_id = $job_id AND nca_job_id = $nca_job_id",
	);
	const fact = db.prepare("SELECT value FROM facts WHERE name = $name");
	const state = db.prepare(`
		INSERT INTO facts (name, value) VALUES ($name, $value)
		ON CONFLICT (name) DO UPDATE SET value = $value`);

	return {
		async saw(jobs, now) {
			db.transaction(() => {
				for (const seen of jobs) {
					sawJob.run({
						$job_id: seen.id,
						$operation: seen.operation,
						$target_id: seen.targetId,
						$created_at: seen.createdAt,
						$now: now,
					});
					sawRun.run({ ...runKey(seen.id, seen.ncaJobId), $now: now });
				}
			});
		},
		async recall(ids) {
			const known = new Map<RecordId, JobHistory>();
			for (const id of ids) {
				const seen = job.get({ $job_id: id });
				if (!seen) continue;
				known.set(id, {
					firstSeenAt: seen.first_seen_at as number,
					runs: runs.all({ $job_id: id }).map(asRun),
				});
			}
			return known;
		},
		async newestFor(targetId, operation) {
			const row = newest.get({ $target_id: targetId, $operation: operation });
			return (row?.job_id ?? null) as RecordId | null;
		},
		async settled(outcomes) {
			db.transaction(() => {
				for (const { jobId, ncaJobId, outcome, via, at } of outcomes) {
					const key = runKey(jobId, ncaJobId);
					settle.run({ ...key, $outcome: outcome, $via: via, $at: at });
				}
			});
		},
		async lastChecks(jobs) {
			const checks = new Map<RecordId, number>();
			for (const { id, ncaJobId } of jobs) {
				const at = lastCheck.get(runKey(id, ncaJobId))?.checked_at;
				if (typeof at === "number") checks.set(id, at);
			}
			return checks;
		},
		async checked(jobs, now) {
			db.transaction(() => {
				for (const { id, ncaJobId } of jobs) {
					check.run({ ...runKey(id, ncaJobId), $now: now });
				}
			});
		},
		async lastRound() {
			const at = fact.get({ $name: "last_round" })?.value;
			return (at ?? null) as number | null;
		},
		async roundBegan(now) {
			state.run({ $name: "last_round", $value: now });
		},
	};
}

function runKey(jobId: RecordId, ncaJobId: NcaJobId | null) {
	return { $job_id: jobId, $nca_job_id: ncaJobId ?? "" };
}

function asRun(row: Row): JobHistory["runs"][number] {
	const { outcome, settled_at: at } = row;
	return {
		ncaJobId: (row.nca_job_id || null) as NcaJobId | null,
		seen: row.seen_at !== null,
		settled:
			outcome === null
				? null
				: { outcome: outcome as "completed" | "failed", at: at as number },
	};
}
