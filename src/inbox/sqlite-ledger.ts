import type { NcaJobId, RecordId, Via } from "../job.ts";
import type { History, Ledger, Run, SeenJob } from "./ledger.ts";
import type { Database, Row } from "./sqlite.ts";

export function createSqliteLedger(db: Database): Ledger {
	const sawJob = db.prepare(`
		INSERT INTO jobs (job_id, operation, target_id, created_at, first_seen_at)
		VALUES ($job_id, $operation, $target_id, $created_at, $now)
		ON CONFLICT (job_id) DO UPDATE SET operation = $operation, target_id = $target_id`);
	const sawRun = db.prepare(`
		INSERT INTO runs (job_id, nca_job_id, first_seen_at) VALUES ($job_id, $nca_job_id, $now)
		ON CONFLICT DO NOTHING`);
	const job = db.prepare(
		"SELECT first_seen_at FROM jobs WHERE job_id = $job_id",
	);
	const runs = db.prepare(
		"SELECT * FROM runs WHERE job_id = $job_id ORDER BY first_seen_at",
	);
	const newest = db.prepare(`
		SELECT job_id FROM jobs WHERE target_id = $target_id AND operation = $operation
		ORDER BY created_at DESC, job_id DESC LIMIT 1`);
	const look = db.prepare(
		"UPDATE runs SET checked_at = $now WHERE job_id = $job_id AND nca_job_id = $nca_job_id",
	);
	const settle = db.prepare(`
		INSERT INTO runs (job_id, nca_job_id, first_seen_at, outcome, via, settled_at)
		VALUES ($job_id, $nca_job_id, $at, $outcome, $via, $at)
		ON CONFLICT (job_id, nca_job_id) DO UPDATE SET outcome = $outcome, via = $via, settled_at = $at
		WHERE outcome IS NULL`);
	const fact = db.prepare("SELECT value FROM facts WHERE name = $name");
	const state = db.prepare(`
		INSERT INTO facts (name, value) VALUES ($name, $value)
		ON CONFLICT (name) DO UPDATE SET value = $value`);

	const historyOf = (jobId: RecordId): History | null => {
		const seen = job.get({ $job_id: jobId });
		if (!seen) return null;
		return {
			firstSeenAt: seen.first_seen_at as number,
			runs: runs.all({ $job_id: jobId }).map(asRun),
		};
	};

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
					sawRun.run({ ...runKey(seen), $now: now });
				}
			});
		},
		async recall(jobIds) {
			const known = new Map<RecordId, History>();
			for (const id of jobIds) {
				const history = historyOf(id);
				if (history) known.set(id, history);
			}
			return known;
		},
		async newestFor(targetId, operation) {
			const row = newest.get({ $target_id: targetId, $operation: operation });
			return (row?.job_id ?? null) as RecordId | null;
		},
		async checked(jobs, now) {
			db.transaction(() => {
				for (const seen of jobs) look.run({ ...runKey(seen), $now: now });
			});
		},
		async settled(outcomes) {
			db.transaction(() => {
				for (const run of outcomes) {
					settle.run({
						...runKey({ id: run.jobId, ncaJobId: run.ncaJobId }),
						$outcome: run.outcome,
						$via: run.via,
						$at: run.at,
					});
				}
			});
		},
		async lastRound() {
			return (fact.get({ $name: "last_round" })?.value ?? null) as
				| number
				| null;
		},
		async roundBegan(now) {
			state.run({ $name: "last_round", $value: now });
		},
	};
}

function runKey({ id, ncaJobId }: Pick<SeenJob, "id" | "ncaJobId">) {
	return { $job_id: id, $nca_job_id: ncaJobId ?? "" };
}

function asRun(row: Row): Run {
	return {
		ncaJobId: (row.nca_job_id || null) as NcaJobId | null,
		firstSeenAt: row.first_seen_at as number,
		checkedAt: row.checked_at as number | null,
		settled:
			row.outcome === null
				? null
				: {
						outcome: row.outcome as "completed" | "failed",
						via: row.via as Via,
						at: row.settled_at as number,
					},
	};
}
