import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { migrations } from "../../src/inbox/sqlite/migrations.ts";
import { START, temporaryFolder } from "../set-up.ts";
import { idsOf } from "./entries.ts";
import { JOB, RUN, seen, TARGET } from "./seen.ts";
import { openStore } from "./store.ts";

/** A folder with a database as the first version made it, with these rows in it. */
function firstVersion(rows: string): string {
	const dir = temporaryFolder();
	const db = new DatabaseSync(join(dir, "inbox.db"));
	db.exec(
		`PRAGMA journal_mode = WAL; ${migrations[0]}; PRAGMA user_version = 1;`,
	);
	db.exec(rows);
	db.close();
	return dir;
}

/** Opened by this version. */
function open(dir: string) {
	const store = openStore(dir);
	onTestFinished(store.close);
	return store;
}

const COLUMNS =
	"id, received_at, via, proof, state, reason, due_at, waiting_for, waiting_since, attempts, repeat_key, job_id, nca_job_id, method, ip, user_agent, query, body";

/** A row of `deliveries`. */
const row = (id: string, state: string, dueAt: number | null, more = {}) => {
	const {
		reason = null,
		waiting = null,
		key = null,
	} = more as {
		reason?: string;
		waiting?: string;
		key?: string;
	};
	const text = (value: string | null) =>
		value === null ? "NULL" : `'${value}'`;
	return `INSERT INTO deliveries (${COLUMNS}) VALUES ('${id}', ${START}, 'webhook',
		'token', '${state}', ${text(reason)}, ${dueAt}, ${text(waiting)},
		${waiting === null ? null : START}, 3, ${text(key)}, '${JOB}', '${RUN}', 'POST',
		'192.0.2.1', 'python-requests/2.32.3', 'operation=combine', X'7B00FF7D');`;
};

test("requests that the first version recorded are all still there, as they were", async () => {
	const dir = firstVersion(
		[
			row("1", "accepted", 0),
			row("2", "retry", START + 5000, { reason: "not yet", waiting: "proof" }),
			row("3", "parked", null, { reason: "no file" }),
			row("4", "buried", null, { reason: "poison" }),
			row("5", "done", null, { reason: "completed", key: "a" }),
			row("6", "stale", null),
			row("7", "refused", null, { reason: "no proof" }),
			row("8", "test", null),
		].join("\n"),
	);

	const { inbox } = open(dir);

	const listed = (await inbox.list({ limit: 9 })).toReversed();
	expect(listed.map(({ state, reason }) => [state, reason])).toEqual([
		["accepted", null],
		["retry", "not yet"],
		["parked", "no file"],
		["buried", "poison"],
		["done", "completed"],
		["stale", null],
		["refused", "no proof"],
		["test", null],
	]);
	for (const one of listed)
		expect(one).toMatchObject({
			task: "outcome",
			receivedAt: START,
			proof: "token",
			attempts: 3,
			jobId: JOB,
			ncaJobId: RUN,
			query: "operation=combine",
			body: Buffer.from([0x7b, 0, 0xff, 0x7d]),
		});
});

test("what waited goes on, and what was claimed when it stopped is due", async () => {
	const dir = firstVersion(
		[
			row("1", "processing", null),
			row("2", "retry", START + 5000, { reason: "not yet", waiting: "proof" }),
			row("3", "accepted", 0),
			row("4", "done", null),
		].join("\n"),
	);

	const { inbox } = open(dir);

	expect(idsOf(await inbox.claim(9, START))).toEqual(["1", "3"]);
	expect(await inbox.claim(9, START + 5000)).toMatchObject([
		{ id: "2", task: "outcome", waiting: { what: "proof", since: START } },
	]);
	expect(await inbox.unmatched(9)).toEqual([]);
});

test("a repeat of what the first version took is still one", async () => {
	const dir = firstVersion(row("1", "done", null, { key: "a" }));
	const { inbox } = open(dir);
	const [first] = await inbox.list({ limit: 1 });
	if (!first) throw new Error("it is gone");

	const result = await inbox.put({
		...first,
		id: "2" as typeof first.id,
		state: "accepted",
		dueAt: 0,
		repeatKey: "a",
		tally: null,
	});

	expect(result).toEqual({ kind: "duplicate", id: "1", jobId: JOB });
});

test("what it parked is taken again, and what it ended is not counted", async () => {
	const dir = firstVersion(
		[
			row("1", "parked", null, { reason: "unproven" }),
			row("2", "done", null, { reason: "completed" }),
		].join("\n"),
	);

	const { inbox } = open(dir);

	expect(await inbox.replay({ reasons: ["unproven"] })).toEqual(["1"]);
	expect(await inbox.totals()).toEqual([]);
});

test("jobs, runs and facts are remembered, and there is nothing to read back", async () => {
	const dir = firstVersion(`
		INSERT INTO jobs VALUES ('${JOB}', 'combine', '${TARGET}', ${START - 2}, ${START - 1});
		INSERT INTO runs VALUES ('${JOB}', '${RUN}', ${START}, ${START + 1}, 'completed', 'polling', ${START + 2});
		INSERT INTO runs VALUES ('${JOB}', '', ${START}, NULL, NULL, NULL, NULL);
		INSERT INTO facts VALUES ('last_round', ${START});`);

	const { ledger } = open(dir);

	const history = (await ledger.recall([JOB])).get(JOB);
	expect(history).toEqual({
		firstSeenAt: START - 1,
		operation: "combine",
		targetId: TARGET,
		runs: [
			{ ncaJobId: null, seen: true, settled: null },
			{
				ncaJobId: RUN,
				seen: true,
				settled: {
					outcome: "completed",
					via: "polling",
					at: START + 2,
					reason: "",
					files: [],
					closedAgain: 0,
					attachedAgain: 0,
					attachment: "kept",
				},
			},
		],
	});
	expect((await ledger.stuckRuns([seen()])).get(JOB)).toMatchObject({
		stuckSince: null,
		checkedAt: START + 1,
		askedAt: null,
		ncaSaid: null,
	});
	expect(await ledger.newestFor(TARGET, "combine")).toBe(JOB);
	expect(await ledger.fact("last_round")).toBe(START);
});

test("what it parked and buried is found by its state, and nothing of it is counted", async () => {
	const dir = firstVersion(
		[
			row("1", "parked", null, { reason: "no file" }),
			row("2", "buried", null, { reason: "poison" }),
			row("3", "retry", START + 5000, { reason: "not yet", waiting: "proof" }),
			row("4", "done", null),
		].join("\n"),
	);

	const { inbox, ledger } = open(dir);

	expect(idsOf(await inbox.list({ state: "parked", limit: 9 }))).toEqual(["1"]);
	expect(idsOf(await inbox.list({ state: "buried", limit: 9 }))).toEqual(["2"]);
	expect(await inbox.depth()).toEqual({
		waiting: 1,
		oldestAt: START,
		waitingFor: { proof: 1 },
		parked: 1,
		buried: 1,
	});
	expect(await ledger.tallies()).toEqual(new Map());
});

test("the jobs of the first version are listed", async () => {
	const dir = firstVersion(`
		INSERT INTO jobs VALUES ('${JOB}', 'combine', '${TARGET}', ${START - 2}, ${START - 1});
		INSERT INTO runs VALUES ('${JOB}', '${RUN}', ${START}, ${START + 1}, 'failed', 'polling', ${START + 2});`);

	const { ledger } = open(dir);

	expect(await ledger.jobs({ state: "failed", limit: 9 })).toMatchObject([
		{ jobId: JOB, ncaJobId: RUN, createdAt: START - 2, firstSeenAt: START - 1 },
	]);
});

test("it is brought up to date once", () => {
	const dir = firstVersion(row("1", "accepted", 0));
	openStore(dir).close();
	openStore(dir).close();

	const db = new DatabaseSync(join(dir, "inbox.db"));
	onTestFinished(() => db.close());
	const version = db.prepare("PRAGMA user_version").get();
	const count = db.prepare("SELECT COUNT(*) AS n FROM deliveries").get();

	expect({ ...version, ...count }).toEqual({
		user_version: migrations.length,
		n: 1,
	});
});
