import type {
	Delivery,
	DeliveryId,
	NcaJobId,
	RecordId,
	SenderProof,
	Task,
	Via,
} from "../job.ts";
import { LONGEST_DELAY_MS } from "./backoff.ts";
import { noteOf, STATE_OF } from "./ended-as.ts";
import {
	type Claim,
	type Ending,
	type Entry,
	type Inbox,
	NOT_REPLAYED,
	type PutResult,
	type Recorded,
	type State,
} from "./inbox.ts";
import type { Database, Row } from "./sqlite.ts";
import { createGroupPut } from "./sqlite-put.ts";
import { createSqliteRepeats } from "./sqlite-repeats.ts";

/** The inbox in SQLite. What a crash left claimed is due again from here on: only one process has the store. */
export function createSqliteInbox(db: Database): Inbox {
	const insert = db.prepare(`
		INSERT INTO deliveries (id, task, received_at, via, proof, state, reason, due_at, repeat_key,
			job_id, nca_job_id, method, ip, user_agent, query, body)
		VALUES ($id, $task, $received_at, $via, $proof, $state, $reason, $due_at, $repeat_key,
			$job_id, $nca_job_id, $method, $ip, $user_agent, $query, $body)`);
	const repeats = createSqliteRepeats(db);
	// Due in a future that no retry reaches: the clock was set back.
	const due = db.prepare(`
		UPDATE deliveries SET state = 'processing', due_at = NULL, attempts = attempts + 1
		WHERE id IN (
			SELECT id FROM deliveries WHERE due_at <= $now OR due_at > $horizon ORDER BY due_at, id LIMIT $limit)
		RETURNING id, task, received_at, via, proof, query, body, job_id, waiting_for, waiting_since`);
	// What is our own is no repeat once it has ended, since its job may be found stuck again; nor is what was buried,
	// of which a repeat is taken up anew.
	const finish = db.prepare(`
		UPDATE deliveries SET state = $state, reason = $reason, due_at = $due_at,
			waiting_for = CASE $state WHEN 'parked' THEN waiting_for ELSE $waiting_for END,
			waiting_since = CASE $state WHEN 'parked' THEN waiting_since ELSE $waiting_since END,
			looked_at = CASE WHEN $state = 'retry' AND $due_at IS NULL THEN COALESCE(looked_at, $waiting_since) END,
			repeat_key = CASE
				WHEN $state = 'buried' OR (proof = 'own' AND $state <> 'retry') THEN NULL
				ELSE repeat_key END
		WHERE id = $id AND state = 'processing'`);
	const next = db.prepare(
		"SELECT MIN(due_at) AS due_at FROM deliveries WHERE due_at IS NOT NULL",
	);
	const forget = db.prepare(`
		DELETE FROM deliveries WHERE received_at < $before AND state IN ('done', 'stale', 'refused', 'test')`);
	const unrepeat = db.prepare(
		"UPDATE deliveries SET repeat_key = NULL WHERE received_at < $before AND repeat_key IS NOT NULL AND proof <> 'own'",
	);
	// What was done once stays counted so, however often it is taken again.
	const uncount = db.prepare(`
		UPDATE endings SET total = total - 1
		WHERE ending = (SELECT counted_as FROM deliveries WHERE id = $id AND counted_as ->> 1 <> 'done')`);
	const countAs = db.prepare(`
		UPDATE deliveries SET counted_as = json_array(task, $state, $verdict, via)
		WHERE id = $id AND (counted_as IS NULL OR counted_as ->> 1 <> 'done')
		RETURNING counted_as`);
	const count = db.prepare(`
		INSERT INTO endings (ending, total) VALUES ($ending, 1)
		ON CONFLICT DO UPDATE SET total = total + 1`);
	const totals = db.prepare(
		"SELECT ending, total FROM endings WHERE total > 0 ORDER BY ending",
	);
	const unmatched = db.prepare(`
		SELECT id, job_id, nca_job_id, waiting_since FROM deliveries
		WHERE state = 'retry' AND due_at IS NULL ORDER BY looked_at, id LIMIT $limit`);
	const looked = db.prepare(`
		UPDATE deliveries SET looked_at = $now, due_at = $due_at
		WHERE id = $id AND state = 'retry' AND due_at IS NULL`);
	const seen = db.prepare(`
		UPDATE deliveries SET due_at = 0
		WHERE state = 'retry' AND due_at IS NULL AND (
			job_id IN (SELECT value ->> 0 FROM json_each($runs))
			OR job_id IS NULL AND nca_job_id IN (SELECT value ->> 1 FROM json_each($runs)))`);
	// A failure that named the run before its record did.
	const confirmed = db.prepare(`
		UPDATE deliveries SET state = 'retry', reason = 'its record bears its id now', due_at = 0
		WHERE state = 'parked' AND reason = 'unconfirmed'
			AND nca_job_id IN (SELECT value ->> 1 FROM json_each($runs))`);
	// They have waited: if the close does not settle them, they are parked again at once.
	const release = ["job_id = $id", "nca_job_id = $id"].map((which) =>
		db.prepare(`
			UPDATE deliveries SET state = 'retry', reason = 'its job was closed', due_at = 0
			WHERE state = 'parked' AND task = 'outcome' AND ${which}`),
	);
	const again = db.prepare(`
		UPDATE deliveries SET state = 'retry', reason = 'taken again', due_at = 0,
			waiting_for = NULL, waiting_since = NULL
		WHERE state NOT IN (SELECT value FROM json_each($never))
			AND (task = 'outcome' AND via <> 'timeout' OR state IN ('parked', 'buried'))
			AND ($id IS NULL OR id = $id)
			AND ($job_id IS NULL OR job_id = $job_id OR nca_job_id = $nca_job_id)
			AND ($state IS NULL OR state = $state)
			AND ($reasons IS NULL OR reason IN (SELECT value FROM json_each($reasons)))
			AND ($since IS NULL OR received_at >= $since)
			AND ($until IS NULL OR received_at < $until)
		RETURNING id`);
	const one = db.prepare("SELECT * FROM deliveries WHERE id = $id");
	const some = db.prepare(`
		SELECT * FROM deliveries
		WHERE ($ids IS NULL OR job_id IN (SELECT value FROM json_each($ids))
				OR nca_job_id IN (SELECT value FROM json_each($ids)))
			AND ($state IS NULL OR state = $state)
			AND ($since IS NULL OR received_at >= $since)
			AND ($text IS NULL OR instr(body, CAST($text AS BLOB)) > 0)
			AND ($before IS NULL OR id < $before)
			AND (task <> 'read_back' OR state IN ('parked', 'buried'))
		ORDER BY id DESC LIMIT $limit`);
	const touch = db.prepare(`
		INSERT INTO facts (name, value) VALUES ('probe', 1)
		ON CONFLICT (name) DO UPDATE SET value = value + 1`);

	db.prepare(`
		UPDATE deliveries SET state = 'retry', reason = 'interrupted by a stop', due_at = 0
		WHERE state = 'processing'`).run();

	/** @returns whether it was claimed */
	function endOne(id: DeliveryId, ending: Ending): boolean {
		const again = ending.kind === "retry";
		const changed = finish.run({
			$id: id,
			$state: STATE_OF[ending.kind],
			$reason: noteOf(ending),
			$due_at: again ? ending.dueAt : null,
			$waiting_for: again ? ending.waiting.what : null,
			$waiting_since: again ? ending.waiting.since : null,
		});
		if (changed === 0) return false;
		if (!again) countEnding(id, ending);
		if (ending.kind === "done") {
			const { closed, next } = ending;
			for (const [nth, id] of [closed?.jobId, closed?.ncaJobId].entries())
				if (id) release[nth]?.run({ $id: id });
			if (next) putOne(next);
		}
		return true;
	}

	function countEnding(id: DeliveryId, ending: Ending): void {
		uncount.run({ $id: id });
		const counted = countAs.get({
			$id: id,
			$state: STATE_OF[ending.kind],
			$verdict: ending.kind === "bury" ? "" : (noteOf(ending) ?? ""),
		});
		if (counted) count.run({ $ending: counted.counted_as as string });
	}

	function putOne(entry: Entry): PutResult {
		const first = entry.repeatKey && repeats.first(entry.repeatKey);
		if (first) return { kind: "duplicate", ...first };
		insert.run(asRow(entry));
		return { kind: "new" };
	}

	return {
		put: createGroupPut(db, putOne, repeats.tidy),
		async claim(limit, now) {
			const horizon = now + LONGEST_DELAY_MS;
			const rows = due.all({ $limit: limit, $now: now, $horizon: horizon });
			return rows.map(asClaim).sort((a, b) => (a.id < b.id ? -1 : 1));
		},
		async end(endings) {
			return db.transaction(() =>
				// What is parked with a close of its job is released by it.
				[...endings]
					.sort(
						([, a], [, b]) =>
							Number(a.kind === "done") - Number(b.kind === "done"),
					)
					.filter(([id, ending]) => !endOne(id, ending))
					.map(([id]) => id),
			);
		},
		async unmatched(limit) {
			return unmatched.all({ $limit: limit }).map((row) => ({
				id: row.id as DeliveryId,
				jobId: row.job_id as RecordId | null,
				ncaJobId: row.nca_job_id as NcaJobId | null,
				since: row.waiting_since as number,
			}));
		},
		async lookedFor(ids, found, now) {
			const there = new Set(found);
			db.transaction(() => {
				for (const id of ids) {
					const due = there.has(id) ? 0 : null;
					looked.run({ $id: id, $now: now, $due_at: due });
				}
			});
		},
		async recordsSeen(runs) {
			const pairs = runs.map(({ jobId, ncaJobId }) => [jobId, ncaJobId]);
			const $runs = JSON.stringify(pairs);
			return seen.run({ $runs }) + confirmed.run({ $runs });
		},
		async replay({ id, run, state, reasons, since, until }) {
			return again
				.all({
					$never: JSON.stringify(NOT_REPLAYED),
					$id: id ?? null,
					$job_id: run?.jobId ?? null,
					$nca_job_id: run?.ncaJobId ?? null,
					$state: state ?? null,
					$reasons: reasons ? JSON.stringify(reasons) : null,
					$since: since ?? null,
					$until: until ?? null,
				})
				.map((row) => row.id as DeliveryId);
		},
		async holds(repeatKey) {
			return repeats.first(repeatKey) !== null;
		},
		async totals() {
			return totals.all().map(({ ending, total }) => {
				const [task, state, verdict, via] = JSON.parse(String(ending));
				return { task, state, verdict, via, total: Number(total) };
			});
		},
		async nextDue() {
			return (next.get()?.due_at ?? null) as number | null;
		},
		async prune(before) {
			unrepeat.run({ $before: before });
			const forgotten = forget.run({ $before: before });
			repeats.pruned();
			return forgotten;
		},
		async list({ ids, state, since, text, before, limit }) {
			return some
				.all({
					$ids: ids ? JSON.stringify(ids) : null,
					$state: state ?? null,
					$since: since ?? null,
					$text: text ?? null,
					$before: before ?? null,
					$limit: limit,
				})
				.map(asRecorded);
		},
		async get(id) {
			const row = one.get({ $id: id });
			return row ? asRecorded(row) : null;
		},
		async probe() {
			touch.run();
		},
	};
}

function asRow(entry: Entry) {
	return {
		$id: entry.id,
		$task: entry.task,
		$received_at: entry.receivedAt,
		$via: entry.via,
		$proof: entry.proof,
		$state: entry.state,
		$reason: entry.reason,
		$due_at: entry.state === "accepted" ? entry.dueAt : null,
		$repeat_key: entry.repeatKey,
		$job_id: entry.jobId,
		$nca_job_id: entry.ncaJobId,
		$method: entry.method,
		$ip: entry.ip,
		$user_agent: entry.userAgent,
		$query: entry.query,
		$body: entry.body,
	};
}

// What we wrote ourselves needs no second check: the table is STRICT.
function asDelivery(row: Row): Delivery {
	return {
		id: row.id as DeliveryId,
		task: row.task as Task,
		receivedAt: row.received_at as number,
		via: row.via as Via,
		proof: row.proof as SenderProof,
		query: row.query as string,
		body: Buffer.from(row.body as Uint8Array),
	};
}

function asClaim(row: Row): Claim {
	const { waiting_for: what, waiting_since: since } = row;
	const waiting =
		what === null ? null : { what: what as string, since: since as number };
	return { ...asDelivery(row), jobId: row.job_id as RecordId | null, waiting };
}

function asRecorded(row: Row): Recorded {
	return {
		...asDelivery(row),
		state: row.state as State,
		reason: row.reason as string | null,
		jobId: row.job_id as RecordId | null,
		ncaJobId: row.nca_job_id as NcaJobId | null,
		method: row.method as string,
		ip: row.ip as string,
		userAgent: row.user_agent as string,
		attempts: row.attempts as number,
		dueAt: row.due_at as number | null,
	};
}
