import { setImmediate } from "node:timers/promises";
import type { SeenJob } from "../../airtable/job-record.ts";
import type { NcaJobId, RecordId } from "../../job.ts";
import type { OperationName } from "../../operations.ts";
import type { ProvenFile, Run } from "../../settle/case.ts";
import { NCA_FINISHED } from "../ledger/facts.ts";
import type { NcaWord } from "../ledger/nca.ts";
import type { StuckRun } from "../ledger/rounds.ts";
import type { Ledger } from "../ledger.ts";
import { runKey } from "../run-key.ts";
import { countsOfDelay, countsOfSettled, lasted } from "../tally.ts";
import type { Database, Row } from "./database.ts";
import { createSqliteAckTimes } from "./ledger/ack-times.ts";
import { createSqliteExpected } from "./ledger/expected.ts";
import { createSqliteFiles } from "./ledger/files.ts";
import { createSqliteKnownJobs } from "./ledger/known-jobs.ts";
import { asSettled } from "./ledger/rows.ts";
import { createSqliteTallies } from "./ledger/tallies.ts";
import { createSqliteTimeline } from "./ledger/timeline.ts";

/** So many rows are worked on before others have their turn. */
const TURN = 200;

export function createSqliteLedger(db: Database, now: () => number): Ledger {
	const expected = createSqliteExpected(db);
	const timeline = createSqliteTimeline(db);
	const files = createSqliteFiles(db);
	const ackTimes = createSqliteAckTimes(db);
	const {
		add: count,
		prune: foldTallies,
		...tallies
	} = createSqliteTallies(db);
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
	const job = db.prepare("SELECT * FROM jobs WHERE job_id = $job_id");
	const runs = db.prepare("SELECT * FROM runs WHERE job_id = $job_id");
	const run = db.prepare(
		"SELECT * FROM runs WHERE job_id = $job_id AND nca_job_id = $nca_job_id",
	);
	const newest = db.prepare(`
		SELECT job_id FROM jobs WHERE target_id = $target_id AND operation = $operation
		ORDER BY created_at DESC, job_id DESC LIMIT 1`);
	const settle = db.prepare(`
		INSERT INTO runs (job_id, nca_job_id, outcome, via, settled_at, reason, files, attachment)
		VALUES ($job_id, $nca_job_id, $outcome, $via, $at, $reason, $files, $attachment)
		ON CONFLICT DO UPDATE SET outcome = $outcome, via = $via, settled_at = $at, reason = $reason,
			files = $files, attachment = $attachment, closed_again = 0, attached_again = 0,
			stuck_since = NULL, busy_since = NULL`);
	const settleAgain = db.prepare(`
		UPDATE runs SET closed_again = closed_again + 1, stuck_since = NULL, attachment = $attachment
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);
	const keep = db.prepare(`
		UPDATE runs SET attachment = $attachment, attached_again = 0
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);
	const attach = db.prepare(
		"UPDATE runs SET attached_again = attached_again + 1 WHERE job_id = $job_id AND nca_job_id = $nca_job_id",
	);
	const forget = db.prepare(`
		UPDATE runs SET outcome = NULL, via = NULL, settled_at = NULL, reason = '', files = '[]',
			attachment = 'kept', closed_again = 0, attached_again = 0, stuck_since = $now, listed_at = $now,
			checked_at = NULL, asked_at = NULL, nca_said = NULL, busy_since = NULL, reopened_at = $now
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);
	const list = db.prepare(`
		UPDATE runs SET stuck_since = COALESCE(stuck_since, $now), listed_at = $now
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);
	// Not found in processing any more: if it comes back, its time begins anew.
	const unlist = db.prepare(
		"UPDATE runs SET stuck_since = NULL, busy_since = NULL WHERE stuck_since IS NOT NULL AND listed_at < $now",
	);
	const check = db.prepare(
		"UPDATE runs SET checked_at = $now WHERE job_id = $job_id AND nca_job_id = $nca_job_id",
	);
	const ask = db.prepare(`
		UPDATE runs SET asked_at = $now, nca_said = $said,
			busy_since = CASE WHEN $said IN ('queued', 'running') THEN COALESCE(busy_since, $now) END
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);
	const due = ["job_id = $id", "nca_job_id = $id"].map((which) =>
		db.prepare(
			`UPDATE runs SET checked_at = NULL WHERE outcome IS NULL AND checked_at IS NOT NULL AND ${which}`,
		),
	);
	// Closed while its record bore no id, before this one was seen: the engine wrote late.
	const before = db.prepare(`
		SELECT * FROM runs
		WHERE job_id = $job_id AND nca_job_id <> $nca_job_id AND outcome IS NOT NULL
		ORDER BY seen_at IS NOT NULL, settled_at DESC LIMIT 1`);
	const stuck = db.prepare(
		"SELECT COUNT(*) AS count FROM runs WHERE stuck_since <= $since AND nca_said IS NOT 'completed'",
	);
	const busy = db.prepare(
		"SELECT MIN(busy_since) AS since FROM runs WHERE stuck_since IS NOT NULL",
	);
	const bearer = db.prepare(
		"SELECT job_id FROM runs WHERE nca_job_id = $nca_job_id ORDER BY seen_at DESC LIMIT 1",
	);
	const silent = db.prepare(`
		DELETE FROM jobs WHERE job_id IN (
			SELECT job_id FROM jobs
			WHERE first_seen_at < $before AND NOT EXISTS (
				SELECT 1 FROM runs WHERE runs.job_id = jobs.job_id AND MAX(COALESCE(seen_at, 0), COALESCE(settled_at, 0),
					COALESCE(reopened_at, 0), COALESCE(listed_at, 0), COALESCE(checked_at, 0)) >= $before)
			LIMIT ${TURN})
		RETURNING job_id`);
	const forgetRuns = db.prepare("DELETE FROM runs WHERE job_id = $job_id");
	const fact = db.prepare("SELECT value FROM facts WHERE name = $name");
	const state = db.prepare(`
		INSERT INTO facts (name, value) VALUES ($name, $value)
		ON CONFLICT (name) DO UPDATE SET value = $value`);
	const latest = db.prepare(`
		INSERT INTO facts (name, value) VALUES ($name, $value)
		ON CONFLICT (name) DO UPDATE SET value = MAX(value, $value)`);
	const endpoint = db.prepare(`
		UPDATE runs SET endpoint = COALESCE($endpoint, endpoint)
		WHERE job_id = $job_id AND nca_job_id = $nca_job_id`);

	function see(seen: SeenJob, now: number): void {
		sawJob.run({
			$job_id: seen.id,
			$operation: seen.operation,
			$target_id: seen.targetId,
			$created_at: seen.createdAt,
			$now: now,
		});
		if (seen.closed) {
			const { ncaJobId, outcome, via, at, reason, urls } = seen.closed;
			const run = { jobId: seen.id, ncaJobId };
			const isNews = rebuild.run({
				...runKey(run),
				$outcome: outcome,
				$via: via,
				$at: at,
				$reason: reason,
				$files: JSON.stringify(urls.map(asFile)),
			});
			if (isNews)
				timeline.add([
					{
						...run,
						at: now,
						what: "found closed",
						facts: { outcome, via, settled_at: new Date(at).toISOString() },
					},
				]);
		}
		sawRun.run({ ...keyOf(seen), $now: now });
	}

	/** In turns, between which webhooks are answered: a round can find thousands. */
	async function eachOf<T>(
		items: readonly T[],
		work: (item: T) => void,
	): Promise<void> {
		for (let at = 0; at < items.length; at += TURN) {
			if (at > 0) await setImmediate();
			db.transaction(() => items.slice(at, at + TURN).forEach(work));
		}
	}

	/** Of which nothing is heard any more. */
	async function pruneJobs(before: number): Promise<void> {
		let gone: number;
		do {
			gone = db.transaction(() => {
				const rows = silent.all({ $before: before });
				for (const row of rows)
					forgetRuns.run({ $job_id: row.job_id as string });
				return rows.length;
			});
			await setImmediate();
		} while (gone === TURN);
	}

	return {
		...expected,
		...timeline,
		...files,
		...ackTimes,
		...tallies,
		...createSqliteKnownJobs(db),
		async prune(before, closesBefore) {
			await timeline.prune(before, closesBefore);
			await expected.prune(before);
			files.prune(before);
			ackTimes.prune(before);
			foldTallies(now());
			await pruneJobs(closesBefore);
		},
		async saw(jobs, now) {
			await eachOf(jobs, (seen) => see(seen, now));
		},
		async recall(ids) {
			const known: Awaited<ReturnType<Ledger["recall"]>> = new Map();
			for (const id of ids) {
				const seen = job.get({ $job_id: id });
				if (!seen) continue;
				known.set(id, {
					firstSeenAt: seen.first_seen_at as number,
					operation: seen.operation as OperationName | null,
					targetId: seen.target_id as RecordId | null,
					runs: runs.all({ $job_id: id }).map(asRun),
				});
			}
			return known;
		},
		async newestFor(targetId, operation) {
			const row = newest.get({ $target_id: targetId, $operation: operation });
			return (row?.job_id ?? null) as RecordId | null;
		},
		async arrived(arrivals) {
			if (arrivals.length === 0) return [];
			return db.transaction(() => {
				const delays: number[] = [];
				for (const one of arrivals) {
					endpoint.run({ ...runKey(one), $endpoint: one.endpoint });
					const createdAt = expected.arrive(one);
					if (createdAt === null) continue;
					const delay = lasted(createdAt, one.at);
					count(countsOfDelay(delay), one.at);
					delays.push(delay);
				}
				const last = Math.max(...arrivals.map(({ at }) => at));
				latest.run({ $name: NCA_FINISHED, $value: last });
				return delays;
			});
		},
		async settled(outcomes, events) {
			db.transaction(() => {
				for (const one of outcomes) {
					const key = { ...runKey(one), $attachment: one.attachment };
					if (one.again) settleAgain.run(key);
					else
						settle.run({
							...key,
							$outcome: one.outcome,
							$via: one.via,
							$at: one.at,
							$reason: one.reason,
							$files: JSON.stringify(one.files),
						});
					const made = job.get({ $job_id: one.jobId })?.created_at;
					count(countsOfSettled(one, (made ?? null) as number | null), one.at);
				}
				timeline.add(events);
			});
		},
		async attachment(of, attachment, event) {
			db.transaction(() => {
				keep.run({ ...runKey(of), $attachment: attachment });
				timeline.add([event]);
			});
		},
		async attachedAgain(of, event) {
			db.transaction(() => {
				attach.run(runKey(of));
				timeline.add([event]);
			});
		},
		async reopened(of, event) {
			db.transaction(() => {
				forget.run({ ...runKey(of), $now: event.at });
				timeline.add([event]);
			});
		},
		async listed(jobs, now, whole) {
			await eachOf(jobs, (seen) => {
				see(seen, now);
				list.run({ ...keyOf(seen), $now: now });
				expected.found(seen, now);
			});
			if (whole) unlist.run({ $now: now });
		},
		async stuckRuns(jobs) {
			const known = new Map<RecordId, StuckRun>();
			await eachOf(jobs, (seen) => {
				const row = run.get(keyOf(seen));
				if (row) known.set(seen.id, asStuckRun(row, before.get(keyOf(seen))));
			});
			return known;
		},
		async looked(looks, now) {
			await eachOf(looks, (look) => {
				check.run({ ...runKey(look), $now: now });
				expected.attempt(look);
				timeline.addLook(look, now);
			});
		},
		async ncaSaid(of, said, event) {
			db.transaction(() => {
				ask.run({ ...runKey(of), $now: event.at, $said: said });
				timeline.add([event]);
			});
		},
		async dueNow({ jobId, ncaJobId }) {
			let changed = 0;
			for (const [nth, id] of [jobId, ncaJobId].entries())
				if (id) changed += Number(due[nth]?.run({ $id: id }) ?? 0);
			return changed;
		},
		async stuckCount(since) {
			return stuck.get({ $since: since })?.count as number;
		},
		async busySince() {
			return (busy.get()?.since ?? null) as number | null;
		},
		async jobOf(ncaJobId) {
			const row = bearer.get({ $nca_job_id: ncaJobId });
			return (row?.job_id ?? null) as RecordId | null;
		},
		async fact(name) {
			return (fact.get({ $name: name })?.value ?? null) as number | null;
		},
		async note(name, value) {
			state.run({ $name: name, $value: value });
		},
	};
}

/** A record keeps the URL alone. */
function asFile(url: string): ProvenFile {
	return { url, name: url.slice(url.lastIndexOf("/") + 1), size: 0 };
}

function keyOf({ id, ncaJobId }: SeenJob) {
	return runKey({ jobId: id, ncaJobId });
}

function asRun(row: Row): Run {
	return {
		ncaJobId: (row.nca_job_id || null) as NcaJobId | null,
		seen: row.seen_at !== null,
		settled: asSettled(row),
	};
}

/** @param other another run of the job that was closed */
function asStuckRun(row: Row, other: Row | undefined): StuckRun {
	const isUnseen = other?.seen_at === null;
	const wroteLate =
		isUnseen && (row.seen_at as number) >= (other.settled_at as number);
	return {
		stuckSince: row.stuck_since as number | null,
		checkedAt: row.checked_at as number | null,
		askedAt: row.asked_at as number | null,
		ncaSaid: row.nca_said as NcaWord | null,
		endpoint: row.endpoint as string | null,
		settled: settledAs(row) ?? (wroteLate ? settledAs(other) : null),
		completedBefore: isUnseen && other.outcome === "completed",
	};
}

function settledAs(row: Row): StuckRun["settled"] {
	const settled = asSettled(row);
	const ncaJobId = (row.nca_job_id || null) as NcaJobId | null;
	return settled && { ...settled, ncaJobId };
}
