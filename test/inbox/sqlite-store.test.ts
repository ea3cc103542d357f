import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Transient } from "../../src/errors.ts";
import type { Database } from "../../src/inbox/sqlite/database.ts";
import { createSqliteInbox } from "../../src/inbox/sqlite/inbox.ts";
import { migrations } from "../../src/inbox/sqlite/migrations.ts";
import { StoreHeld } from "../../src/inbox/sqlite/open/lock.ts";
import { openDatabase } from "../../src/inbox/sqlite/open.ts";
import { temporaryFolder } from "../set-up.ts";
import { entry } from "./entries.ts";

const SOURCE = new URL("../../src/inbox/sqlite/open.ts", import.meta.url).href;

/** Closed after the test. */
function open(dir: string, schema: readonly string[] = migrations): Database {
	const db = openDatabase(dir, schema);
	onTestFinished(db.close);
	return db;
}

test("a folder that is not there is made", () => {
	const dir = join(temporaryFolder(), "a", "b");

	const db = open(dir);

	expect(db.prepare("SELECT COUNT(*) AS n FROM deliveries").get()?.n).toBe(0);
});

test("a commit is on the disk before it returns", () => {
	const db = open(temporaryFolder());

	expect(db.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
	expect(db.prepare("PRAGMA journal_mode").get()).toEqual({
		journal_mode: "wal",
	});
});

test("a folder that is in use is refused, with what to do", () => {
	const dir = temporaryFolder();
	open(dir);

	const again = () => openDatabase(dir, migrations);

	expect(again).toThrow(StoreHeld);
	expect(again).toThrow(/in use by another process.*DATA_DIR/);
	expect(again).toThrow(dir);
});

test("a folder that was given back can be opened again", () => {
	const dir = temporaryFolder();
	openDatabase(dir, migrations).close();

	expect(() => open(dir)).not.toThrow();
});

test("a folder is held against other processes, and free when its holder is killed", async () => {
	const dir = temporaryFolder();
	const script = `
		import { openDatabase } from ${JSON.stringify(SOURCE)};
		globalThis.held = openDatabase(${JSON.stringify(dir)}, []);
		console.log("held");
		setInterval(() => {}, 1000);`;
	const holder = spawn(process.execPath, [
		"--input-type=module",
		"--eval",
		script,
	]);
	onTestFinished(() => void holder.kill("SIGKILL"));
	await once(holder.stdout, "data");

	expect(() => openDatabase(dir, [])).toThrow(StoreHeld);
	holder.kill("SIGKILL");
	await once(holder, "exit");

	expect(() => open(dir)).not.toThrow();
});

test("a database of a newer schema is refused, and left as it is", () => {
	const dir = temporaryFolder();
	const newer = [...migrations, "CREATE TABLE news (id TEXT)"];
	openDatabase(dir, newer).close();

	expect(() => openDatabase(dir, migrations)).toThrow(
		`schema ${newer.length}, this program knows ${migrations.length}`,
	);

	expect(() => open(dir, newer)).not.toThrow();
});

test("an older database is brought up to date with what it holds", async () => {
	const dir = temporaryFolder();
	const older = openDatabase(dir, migrations);
	await createSqliteInbox(older, () => 0).put(entry("d1"));
	older.close();

	const db = open(dir, [
		...migrations,
		"ALTER TABLE deliveries ADD COLUMN news TEXT",
	]);

	expect(db.prepare("SELECT id, news FROM deliveries").all()).toEqual([
		{ id: "d1", news: null },
	]);
});

test("a migration that fails changes nothing, and gives the folder back", () => {
	const dir = temporaryFolder();
	const faulty = [...migrations, "CREATE TABLE news (id TEXT); NONSENSE"];

	expect(() => openDatabase(dir, faulty)).toThrow(/NONSENSE/);

	const db = open(dir);
	expect(() => db.prepare("SELECT * FROM news")).toThrow(/no such table/);
});

test("a transaction is done whole or not at all", () => {
	const db = open(temporaryFolder(), ["CREATE TABLE t (n INTEGER) STRICT"]);
	const add = db.prepare("INSERT INTO t VALUES ($n)");

	const failing = () =>
		db.transaction(() => {
			add.run({ $n: 1 });
			throw new Error("halfway");
		});

	expect(failing).toThrow("halfway");
	expect(db.transaction(() => add.run({ $n: 2 }))).toBe(1);
	expect(db.prepare("SELECT n FROM t").all()).toEqual([{ n: 2 }]);
});

test("a disk that is full is a fault of the moment: what was taken stays, and more is taken when there is room", async () => {
	const db = open(temporaryFolder());
	const inbox = createSqliteInbox(db, () => 0);
	const big = { body: Buffer.alloc(100_000) };
	const { page_count: pages } = db.prepare("PRAGMA page_count").get() ?? {};
	await inbox.put(entry("d1"));

	db.prepare(`PRAGMA max_page_count = ${pages}`).get();
	const refused = inbox.put(entry("d2", big));
	await expect(refused).rejects.toBeInstanceOf(Transient);
	db.prepare("PRAGMA max_page_count = 100000").get();
	await inbox.put(entry("d3", big));

	const kept = (await inbox.list({ limit: 10 })).map(({ id }) => id);
	expect(kept).toEqual(["d3", "d1"]);
});
