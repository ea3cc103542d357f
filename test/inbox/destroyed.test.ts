import {
	chmodSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	statSync,
	truncateSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { destroyedIn, suspect } from "../../src/inbox/sqlite/destroyed.ts";
import { openSqliteStore } from "../../src/inbox/sqlite/store.ts";
import { createLog } from "../../src/log.ts";
import type { LogLine } from "../../src/sandbox/program.ts";
import { START, temporaryFolder } from "../set-up.ts";
import { deliveryId, entry, idsOf } from "./entries.ts";

const PAGE = 4096;

/** Opens the store of a folder as the service does. */
async function open(dir: string) {
	const lines: LogLine[] = [];
	const crashes: Error[] = [];
	const log = await createLog({
		level: "debug",
		write: (line) => lines.push(JSON.parse(line)),
	});
	const store = openSqliteStore({
		dir,
		log,
		now: () => START,
		evicted: () => {},
		crash: (error) => crashes.push(error),
	});
	let isOpen = true;
	const close = () => {
		if (isOpen) store.close();
		isOpen = false;
	};
	onTestFinished(close);
	const said = (msg: string) => lines.filter((line) => line.msg === msg);
	return { ...store, close, crashes, said };
}

/** A folder whose database holds deliveries `d0000`, `d0001`, …, all of which wait, and is closed. */
async function filled(count: number): Promise<string> {
	const dir = temporaryFolder();
	const store = await open(dir);
	const ids = Array.from({ length: count }, (_, nth) => idOf(nth));
	await Promise.all(
		ids.map((id) =>
			store.inbox.put(entry(id, { repeatKey: id, body: Buffer.alloc(500) })),
		),
	);
	store.close();
	return dir;
}

const idOf = (nth: number) => `d${String(nth).padStart(4, "0")}`;

function overwrite(dir: string, from: number, bytes: number): void {
	const file = openSync(join(dir, "inbox.db"), "r+");
	writeSync(file, Buffer.alloc(bytes, 0x5a), 0, bytes, from);
}

/** The page of the table that holds a row in its middle. */
function leafOf(dir: string): number {
	const bytes = readFileSync(join(dir, "inbox.db"));
	return Math.floor(bytes.indexOf(`${idOf(500)}outcome`) / PAGE) * PAGE;
}

describe("a database destroyed on the disk is moved aside, named, and a fresh one begun", () => {
	test.each([
		["its header overwritten", (dir: string) => overwrite(dir, 0, 100)],
		["its schema overwritten", (dir: string) => overwrite(dir, 100, 4000)],
		["all of it overwritten", (dir: string) => overwrite(dir, 0, 40 * PAGE)],
		[
			"a page of it overwritten",
			(dir: string) => overwrite(dir, leafOf(dir), PAGE),
		],
		[
			"its second half cut off",
			(dir: string) => truncateSync(join(dir, "inbox.db"), 60 * PAGE),
		],
		[
			"something else in its place",
			(dir: string) =>
				writeFileSync(join(dir, "inbox.db"), "once upon a time ".repeat(99)),
		],
	])("%s", async (_, destroy) => {
		const dir = await filled(1000);
		destroy(dir);

		const { inbox, said } = await open(dir);
		const put = await inbox.put(entry("e1"));

		const aside = "inbox.db.destroyed-2026-11-23T12:00:00.000Z";
		expect(put).toEqual({ kind: "new" });
		expect(said("database destroyed")).toMatchObject([
			{ level: "error", moved_to: aside },
		]);
		expect(await destroyedIn(dir)).toEqual([aside]);
		expect(statSync(join(dir, aside)).size).toBeGreaterThan(0);
	});

	test("emptied, while its log still holds what it held", async () => {
		const dir = await filled(1);
		writeFileSync(join(dir, "inbox.db"), "");
		writeFileSync(join(dir, "inbox.db-wal"), Buffer.alloc(PAGE, 1));

		const { said } = await open(dir);

		expect(said("database destroyed")).toHaveLength(1);
		expect(readdirSync(dir).filter((name) => name.endsWith("-wal"))).toContain(
			"inbox.db.destroyed-2026-11-23T12:00:00.000Z-wal",
		);
	});

	test("two in a row are both kept", async () => {
		const dir = await filled(1);
		for (const text of ["first", "second"]) {
			writeFileSync(join(dir, "inbox.db"), text.repeat(500));
			(await open(dir)).close();
		}

		const names = await destroyedIn(dir);

		expect(
			names.map((name) => readFileSync(join(dir, name), "utf8").slice(0, 5)),
		).toEqual(["first", "secon"]);
	});
});

test("what waited and can be read on either side of a destroyed page is carried over, and how much is said", async () => {
	const dir = await filled(1000);
	overwrite(dir, leafOf(dir), PAGE);

	const { inbox, said } = await open(dir);

	const claims = idsOf(await inbox.claim(2000, START));
	expect(claims.length).toBeGreaterThan(980);
	expect(claims).toContain(idOf(0));
	expect(claims).toContain(idOf(999));
	expect(claims).not.toContain(idOf(500));
	expect(said("waiting deliveries carried over")).toMatchObject([
		{ carried: claims.length },
	]);
	expect(await inbox.put(entry("e1", { repeatKey: idOf(0) }))).toMatchObject({
		kind: "duplicate",
		id: idOf(0),
	});
});

describe("what is not destroyed is never taken for it", () => {
	test("a log that a power loss tore", async () => {
		const dir = temporaryFolder();
		const { inbox } = await open(dir);
		await inbox.put(entry("d1"));
		await inbox.put(entry("d2"));
		const copy = temporaryFolder();
		for (const name of ["inbox.db", "inbox.db-wal"])
			writeFileSync(join(copy, name), readFileSync(join(dir, name)));
		const wal = join(copy, "inbox.db-wal");
		truncateSync(wal, statSync(wal).size - 100);

		const torn = await open(copy);

		expect(idsOf(await torn.inbox.list({ limit: 9 }))).toEqual(["d1"]);
		expect(torn.said("database destroyed")).toEqual([]);
	});

	test("a file that cannot be opened", async () => {
		const dir = temporaryFolder();
		mkdirSync(join(dir, "inbox.db"));

		await expect(open(dir)).rejects.toThrow(/unable to open/);

		expect(readdirSync(dir)).toContain("inbox.db");
		expect(await destroyedIn(dir)).toEqual([]);
	});

	test.skipIf(process.getuid?.() === 0)(
		"one that may not be read, or not be written",
		async () => {
			for (const mode of [0o000, 0o400]) {
				const dir = await filled(1);
				chmodSync(join(dir, "inbox.db"), mode);

				await expect(open(dir)).rejects.toThrow(/unable to open|readonly/);

				expect(await destroyedIn(dir)).toEqual([]);
			}
		},
	);

	test("one that a process has met damage in, and that a thorough look finds sound", async () => {
		const dir = await filled(1);
		suspect(dir);

		const { inbox, said } = await open(dir);

		expect(await inbox.get(idOf(0))).not.toBeNull();
		expect(said("database destroyed")).toEqual([]);
		expect(readdirSync(dir)).not.toContain("inbox.db.suspected");
	});
});

test("damage that is met while it runs ends the process, and nothing more is written into the file", async () => {
	// More than SQLite keeps in memory.
	const dir = await filled(6000);
	const { inbox, crashes, said, close } = await open(dir);
	overwrite(dir, leafOf(dir), PAGE);

	const list = inbox.list({ limit: 6000 });
	await expect(list).rejects.toThrow(/malformed/);
	await expect(inbox.put(entry("e1"))).rejects.toThrow(/malformed/);

	expect(crashes).toHaveLength(1);
	expect(said("database damaged")).toMatchObject([{ level: "fatal" }]);
	close();
	const next = await open(dir);
	expect(next.said("database destroyed")).toHaveLength(1);
	expect(await next.inbox.get(deliveryId("e1"))).toBeNull();
});

test("a lock file that is rubbish keeps nobody out", async () => {
	const dir = await filled(1);
	writeFileSync(join(dir, "lock.db"), "rubbish ".repeat(999));

	const { inbox } = await open(dir);

	expect(await inbox.get(idOf(0))).not.toBeNull();
});
