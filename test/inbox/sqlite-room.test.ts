import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isFull } from "../../src/inbox/sqlite/faults.ts";
import { createSqliteInbox } from "../../src/inbox/sqlite/inbox.ts";
import { migrations } from "../../src/inbox/sqlite/migrations.ts";
import { openDatabase } from "../../src/inbox/sqlite/open.ts";
import { createRoom } from "../../src/inbox/sqlite/room.ts";
import { createLog } from "../../src/log.ts";
import type { LogLine } from "../../src/sandbox/program.ts";
import { createClock, START, temporaryFolder } from "../set-up.ts";
import { entry, idsOf } from "./entries.ts";

const PAGE = 4096;
const MB = 1024 * 1024;
const DISK_PAGES = (8 * MB) / PAGE;
const RESERVE = MB;

/** An inbox on a disk of 8 MB, of which others take some. */
async function open() {
	const dir = temporaryFolder();
	const lines: LogLine[] = [];
	const log = await createLog({
		level: "debug",
		write: (line) => lines.push(JSON.parse(line)),
	});
	const clock = createClock();
	const db = openDatabase(dir, migrations);
	onTestFinished(db.close);
	let others = 0;
	const taken = () => {
		const reserve = existsSync(join(dir, "reserve")) ? RESERVE : 0;
		return (others + reserve) / PAGE;
	};
	const pages = () => Number(db.prepare("PRAGMA page_count").get()?.page_count);
	/** SQLite meets the end of the disk where the disk has its end. */
	const limit = () =>
		db.prepare(`PRAGMA max_page_count = ${DISK_PAGES - taken()}`).get();
	const room = createRoom({
		db,
		dir,
		log,
		now: clock.now,
		spaceOf() {
			limit();
			return {
				bsize: PAGE,
				blocks: DISK_PAGES,
				bavail: Math.max(0, DISK_PAGES - taken() - pages()),
			};
		},
	});
	const inbox = createSqliteInbox(room.db, clock.now, room);
	room.keep();
	limit();
	let count = 0;
	return {
		inbox,
		clock,
		hasReserve: () => existsSync(join(dir, "reserve")),
		said: (msg: string) => lines.filter((line) => line.msg === msg),
		othersTake(bytes: number) {
			others = bytes;
			limit();
		},
		/** Puts until the disk takes no more, or so many are put. @returns how many were taken, and why the last was not */
		async fill(more = {}, most = Number.POSITIVE_INFINITY) {
			for (let taken = 0; ; taken += 1, count += 1) {
				if (taken === most) return { taken, error: null };
				const one = entry(`d${String(count).padStart(5, "0")}`, {
					body: Buffer.alloc(40_000),
					...more,
				});
				try {
					await inbox.put(one);
				} catch (error) {
					return { taken, error };
				}
			}
		},
		/** Ends all that waits. */
		async drain() {
			let ended = 0;
			for (;;) {
				const claims = await inbox.claim(10, START);
				if (claims.length === 0) return ended;
				await inbox.end(
					new Map(
						idsOf(claims).map((id) => [
							id as (typeof claims)[number]["id"],
							{ kind: "done", verdict: "completed" },
						]),
					),
				);
				ended += claims.length;
			}
		},
	};
}

test("when ordinary webhooks have filled the disk, all that waits can still be ended", async () => {
	const { inbox, fill, drain, hasReserve, said } = await open();

	const { taken, error } = await fill();

	expect(taken).toBeGreaterThan(100);
	expect(isFull(error)).toBe(true);
	expect(hasReserve()).toBe(false);
	expect(said("storage full")).toHaveLength(1);
	await expect(inbox.probe()).rejects.toThrow("the disk is full");
	expect(await drain()).toBe(taken);
});

test("what has ended makes room for what comes, oldest first", async () => {
	const { inbox, fill, drain } = await open();
	await fill({ state: "refused" }, 300);
	await inbox.put(entry("e1", { body: Buffer.alloc(100_000) }));
	const refused = await inbox.list({ state: "refused", limit: 999 });

	const { taken } = await fill();

	expect(idsOf(refused)).not.toContain("d00000");
	expect(refused.length).toBeGreaterThan(0);
	expect(taken).toBeGreaterThan(100);
	expect(await inbox.list({ state: "refused", limit: 9 })).toEqual([]);
	expect(await drain()).toBe(taken + 1);
	expect((await fill()).taken).toBeGreaterThan(0);
});

test("what waits, is parked or buried is never taken for it", async () => {
	const { inbox, fill } = await open();
	await inbox.put(entry("a1"));
	await inbox.put(entry("a2", { state: "parked", reason: "no verdict" }));
	await inbox.put(entry("a3", { dueAt: START }));
	await inbox.claim(1, START - 1);
	const before = await inbox.list({ limit: 9 });

	await fill({ state: "test" }, 300);
	await fill();

	const after = await inbox.list({ limit: 9999 });
	expect(after.slice(-3)).toEqual(before);
	expect(after.filter(({ state }) => state === "test")).toEqual([]);
});

test("when there is room again it goes on by itself, with its reserve", async () => {
	const { inbox, fill, othersTake, hasReserve, said } = await open();
	othersTake(6 * MB);
	await fill();

	othersTake(0);
	const put = await inbox.put(entry("e1"));
	await inbox.probe();

	expect(put).toEqual({ kind: "new" });
	expect(hasReserve()).toBe(true);
	expect(said("storage has room again")).toHaveLength(1);
});
