import type {
	DeliveryId,
	NcaJobId,
	RecordId,
	SenderProof,
	Task,
} from "../../job.ts";
import { LONGEST_DELAY_MS } from "../backoff.ts";
import {
	budgetedBytes,
	createBudget,
	type Evicted,
	RECORD_BYTES,
} from "../budget.ts";
import { noteOf, STATE_OF } from "../ended-as.ts";
import {
	type Ending,
	type Entry,
	type Inbox,
	NOT_REPLAYED,
	type PutResult,
} from "../inbox.ts";
import { LAST_RECEIVED } from "../ledger/facts.ts";
import { addOne, isReceived, tallyOfEnding, tallyOfPut } from "../tally.ts";
import type { Database, Row } from "./database.ts";
import { isFull } from "./faults.ts";
import { createEnforce } from "./inbox/budget.ts";
import { createSqliteDepth } from "./inbox/depth.ts";
import { createGroupPut } from "./inbox/put.ts";
import { createSqliteRecorded } from "./inbox/recorded.ts";
import { createSqliteRepeats } from "./inbox/repeats.ts";
import { asClaim, asRow, INSERT } from "./inbox/rows.ts";
import { createSqliteTallies } from "./ledger/tallies.ts";
import type { Room } from "./room.ts";
import { createWalk } from "./walk.ts";

/** When a webhook came last is noted as often as this, ms. */
const NOTED_MS = 1000;

/** The inbox in SQLite. What a crash left claimed is due again from here on: only one process has the store. */
export function createSqliteInbox(
	db: Database,
	now: () => number,
	room: Pick<Room, "put" | "keep"> = withoutLimit(db),
	evicted: Evicted = () => {},
): Inbox {
	const insert = db.prepare(INSERT);
	const repeats = createSqliteRepeats(db);
	const tallies = createSqliteTallies(db);
	const received = db.prepare(`
		INSERT INTO facts (name, value) VALUES ($name, $at)
		ON CONFLICT (name) DO UPDATE SET value = MAX(value, $at)`);
	const budget = createBudget(createEnforce(db, evicted));
	let notedAt = Number.NEGATIVE_INFINITY;
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
		WHERE id = $id AND state = 'processing'
		RETURNING task, proof, LENGTH(body) AS bytes`);
	const next = db.prepare(
		"SELECT MIN(due_at) AS due_at FROM deliveries WHERE due_at IS NOT NULL",
	);
	const walk = createWalk(db, "deliveries", "seq");
	const forget = db.prepare(`
		DELETE FROM deliveries
		WHERE seq > $from AND seq <= $to
			AND received_at < $before AND state IN ('done', 'stale', 'refused', 'test')`);
	const unrepeat = db.prepare(`
		UPDATE deliveries SET repeat_key = NULL
		WHERE seq > $from AND seq <= $to
			AND received_at < $before AND repeat_key IS NOT NULL AND proof <> 'own'`);
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
	const numberOf = db.prepare("SELECT seq FROM deliveries WHERE id = $id");
	const again = db.prepare(`
		UPDATE deliveries SET state = 'retry', reason = 'taken again', due_at = 0,
			waiting_for = NULL, waiting_since = NULL
		WHERE state NOT IN (SELECT value FROM json_each($never))
			AND (task = 'outcome' AND via <> 'timeout' OR state IN ('parked', 'buried'))
			AND seq > $from AND seq <= $to
			AND ($job_id IS NULL OR job_id = $job_id OR nca_job_id = $nca_job_id)
			AND ($state IS NULL OR state = $state)
			AND ($reasons IS NULL OR reason IN (SELECT value FROM json_each($reasons)))
			AND ($since IS NULL OR received_at >= $since)
			AND ($until IS NULL OR received_at < $until)
		RETURNING id`);
	const touch = db.prepare(`
		INSERT INTO facts (name, value) VALUES ('probe', 1)
		ON CONFLICT (name) DO UPDATE SET value = value + 1`);

	db.prepare(`
		UPDATE deliveries SET state = 'retry', reason = 'interrupted by a stop', due_at = 0
		WHERE state = 'processing'`).run();

	/** @returns whether it was claimed */
	function endOne(
		id: DeliveryId,
		ending: Ending,
		counts: Map<string, number>,
	): boolean {
		const again = ending.kind === "retry";
		const claimed = finish.get({
			$id: id,
			$state: STATE_OF[ending.kind],
			$reason: noteOf(ending),
			$due_at: again ? ending.dueAt : null,
			$waiting_for: again ? ending.waiting.what : null,
			$waiting_since: again ? ending.waiting.since : null,
		});
		if (!claimed) return false;
		addOne(counts, tallyOfEnding(asEnded(claimed), ending));
		if (again && ending.dueAt === null)
			budget.add(RECORD_BYTES + (claimed.bytes as number));
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
		insert.insert(asRow(entry));
		return { kind: "new" };
	}

	/** One turn's, at one time. */
	function countPut(group: readonly { entry: Entry; result: PutResult }[]) {
		const counts = new Map<string, number>();
		for (const { entry, result } of group) {
			addOne(counts, tallyOfPut(entry, result));
			if (result.kind === "new") budget.add(budgetedBytes(entry));
		}
		const at = now();
		tallies.add(counts, at);
		// One more page to write for each turn would cost more than it tells.
		if (!isReceived(counts) || Math.abs(at - notedAt) < NOTED_MS) return;
		received.run({ $name: LAST_RECEIVED, $at: at });
		notedAt = at;
	}

	/** All or none; where the disk has no room for all at once, the first half, and then the other. */
	function endSome(endings: [DeliveryId, Ending][]): DeliveryId[] {
		try {
			return endAtOnce(endings);
		} catch (error) {
			if (!isFull(error) || endings.length < 2) throw error;
			const half = Math.ceil(endings.length / 2);
			return [endings.slice(0, half), endings.slice(half)].flatMap(endSome);
		}
	}

	function endAtOnce(endings: readonly [DeliveryId, Ending][]): DeliveryId[] {
		return db.transaction(() => {
			const counts = new Map<string, number>();
			// What is parked with a close of its job is released by it.
			const unclaimed = endings
				.toSorted(
					([, a], [, b]) =>
						Number(a.kind === "done") - Number(b.kind === "done"),
				)
				.filter(([id, ending]) => !endOne(id, ending, counts))
				.map(([id]) => id);
			tallies.add(counts, now());
			return unclaimed;
		});
	}

	return {
		...createSqliteRecorded(db),
		...createSqliteDepth(db),
		put: createGroupPut(db, room, putOne, countPut, repeats.tidy),
		async claim(limit, now) {
			const horizon = now + LONGEST_DELAY_MS;
			const take = ($limit: number) =>
				due.all({ $limit, $now: now, $horizon: horizon });
			const rows = inHalves(limit, take);
			return rows.map(asClaim).sort((a, b) => (a.id < b.id ? -1 : 1));
		},
		async end(endings) {
			return endSome([...endings]);
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
			const wanted = {
				$never: JSON.stringify(NOT_REPLAYED),
				$job_id: run?.jobId ?? null,
				$nca_job_id: run?.ncaJobId ?? null,
				$state: state ?? null,
				$reasons: reasons ? JSON.stringify(reasons) : null,
				$since: since ?? null,
				$until: until ?? null,
			};
			const ids = new Set<DeliveryId>();
			const replay = (bounds: { $from: number; $to: number }) => {
				for (const row of again.all({ ...wanted, ...bounds }))
					ids.add(row.id as DeliveryId);
			};
			if (id === undefined) await walk(replay);
			else {
				const seq = numberOf.get({ $id: id })?.seq as number | undefined;
				if (seq !== undefined) replay({ $from: seq - 1, $to: seq });
			}
			return [...ids];
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
			let forgotten = 0;
			await walk((bounds) => {
				forgotten += forget.run({ ...bounds, $before: before });
				unrepeat.run({ ...bounds, $before: before });
				repeats.pruned();
			});
			await db.shrink();
			return forgotten;
		},
		async probe() {
			room.keep();
			await budget.settled();
			touch.run();
		},
	};
}

/** A row is written whole with its body: where the disk has no room for so many at once, it may have for fewer. */
function inHalves<T>(limit: number, work: (limit: number) => T): T {
	try {
		return work(limit);
	} catch (error) {
		if (!isFull(error) || limit < 2) throw error;
		return inHalves(Math.floor(limit / 2), work);
	}
}

function withoutLimit(db: Database): Pick<Room, "put" | "keep"> {
	return { put: (_, work) => db.transaction(work), keep() {} };
}

// What we wrote ourselves needs no second check.
function asEnded({ task, proof }: Row) {
	return { task: task as Task, proof: proof as SenderProof };
}
