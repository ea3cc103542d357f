import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { createGroupPut } from "../../src/inbox/sqlite/inbox/put.ts";
import { createSqliteInbox } from "../../src/inbox/sqlite/inbox.ts";
import { createSqliteTallies } from "../../src/inbox/sqlite/ledger/tallies.ts";
import { migrations } from "../../src/inbox/sqlite/migrations.ts";
import { openDatabase } from "../../src/inbox/sqlite/open.ts";
import { START, temporaryFolder } from "../set-up.ts";
import { entry, idsOf } from "./entries.ts";

function open() {
	const db = openDatabase(temporaryFolder(), migrations);
	const order: string[] = [];
	const watched = {
		...db,
		transaction<T>(work: () => T): T {
			const result = db.transaction(work);
			order.push("committed");
			return result;
		},
	};
	const inbox = createSqliteInbox(watched, () => START);
	onTestFinished(db.close);
	return { db, inbox, order, tallies: createSqliteTallies(db).tallies };
}

const kinds = (results: PromiseSettledResult<{ kind: string }>[]) =>
	results.map((one) => (one.status === "fulfilled" ? one.value.kind : "error"));

test("what comes in one turn is put with one commit", async () => {
	const { inbox, order } = open();
	const ids = ["d1", "d2", "d3"];

	await Promise.all(ids.map((id) => inbox.put(entry(id))));

	expect(order).toEqual(["committed"]);
	expect(idsOf(await inbox.list({ limit: 9 }))).toEqual(ids.toReversed());
});

test("one that cannot be put fails alone", async () => {
	const { inbox, tallies } = open();
	await inbox.put(entry("d1"));
	const tally = "webhook accepted";
	const bad = entry("d1", { repeatKey: "b", tally });

	const results = await Promise.allSettled([
		inbox.put(entry("d2", { repeatKey: "a", tally })),
		inbox.put(bad),
		inbox.put(entry("d3", { repeatKey: "a", tally })),
		inbox.put(entry("d4")),
	]);

	expect(kinds(results)).toEqual(["new", "error", "duplicate", "new"]);
	expect(await tallies()).toEqual(
		new Map([
			["webhook accepted", 1],
			["webhook duplicate", 1],
		]),
	);
	expect(idsOf(await inbox.list({ limit: 9 }))).toEqual(["d4", "d2", "d1"]);
	expect(await inbox.put(entry("d5", { repeatKey: "b" }))).toEqual({
		kind: "new",
	});
});

test("where the commit fails all fail, and none is a repeat of what was not kept", async () => {
	const { inbox, db, tallies } = open();
	db.prepare("PRAGMA defer_foreign_keys = ON").run();
	db.prepare("CREATE TABLE parents (id TEXT PRIMARY KEY)").run();
	db.prepare(
		"CREATE TABLE children (id TEXT REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)",
	).run();
	db.prepare(`
		CREATE TRIGGER broken AFTER INSERT ON deliveries WHEN new.id = 'd2'
		BEGIN INSERT INTO children VALUES ('nobody'); END`).run();
	const put = (id: string) =>
		inbox.put(entry(id, { repeatKey: id, tally: "webhook accepted" }));

	const failed = await Promise.allSettled([put("d1"), put("d2")]);
	db.prepare("DROP TRIGGER broken").run();
	const again = await Promise.allSettled([put("d1"), put("d2")]);

	expect(kinds(failed)).toEqual(["error", "error"]);
	expect(kinds(again)).toEqual(["new", "new"]);
	expect(await tallies()).toEqual(new Map([["webhook accepted", 2]]));
});

test("none is settled before the commit", async () => {
	const { inbox, order } = open();

	await Promise.all(
		["d1", "d2"].map(async (id) => {
			await inbox.put(entry(id));
			order.push(id);
		}),
	);

	expect(order).toEqual(["committed", "d1", "d2"]);
});

/** Puts on a database that another process can take; `later` is when it is tried again. */
function openWithRival() {
	const dir = temporaryFolder();
	const db = openDatabase(dir, migrations);
	onTestFinished(db.close);
	const rival = new DatabaseSync(join(dir, "inbox.db"));
	onTestFinished(() => rival.close());
	let tries = Promise.withResolvers<() => void>();
	const put = createGroupPut(
		db,
		{ put: (_bytes, work) => db.transaction(work) },
		({ id }) => {
			db.prepare("INSERT INTO facts VALUES ($id, 1)").run({ $id: id });
			return { kind: "new" };
		},
		() => {},
		() => {},
		(work) => tries.resolve(work),
	);
	const again = async () => {
		const work = await tries.promise;
		tries = Promise.withResolvers();
		work();
	};
	const kept = () =>
		db.prepare("SELECT name FROM facts WHERE name LIKE 'd%'").all();
	return { rival, put, again, kept };
}

test("while another process has the database, what comes is tried again, all of it together", async () => {
	const { rival, put, again, kept } = openWithRival();
	rival.exec("BEGIN IMMEDIATE");
	const first = put(entry("d1"));
	await again();
	const second = put(entry("d2"));
	rival.exec("ROLLBACK");
	await again();

	expect(await Promise.all([first, second])).toEqual([
		{ kind: "new" },
		{ kind: "new" },
	]);
	expect(kept()).toEqual([{ name: "d1" }, { name: "d2" }]);
});

test("who has waited for it too long fails, and who came later waits on", async () => {
	const { rival, put, again, kept } = openWithRival();
	rival.exec("BEGIN IMMEDIATE");
	const first = put(entry("d1"));
	const failed = expect(first).rejects.toMatchObject({
		name: "Transient",
		code: "SQLITE_5",
	});
	for (let nth = 0; nth < 10; nth += 1) await again();
	const second = put(entry("d2"));
	for (let nth = 0; nth < 5; nth += 1) await again();
	await failed;
	rival.exec("ROLLBACK");
	await again();

	expect(await second).toEqual({ kind: "new" });
	expect(kept()).toEqual([{ name: "d2" }]);
});
