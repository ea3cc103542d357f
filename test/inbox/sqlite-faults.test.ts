import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { Transient } from "../../src/errors.ts";
import {
	isDestroyed,
	isFull,
	isOfTheMachine,
	translated,
} from "../../src/inbox/sqlite/faults.ts";
import { temporaryFolder } from "../set-up.ts";

const PRIMARY_CODES = 28;

function open(file: string, readOnly = false): DatabaseSync {
	const db = new DatabaseSync(file, { timeout: 0, readOnly });
	onTestFinished(() => db.close());
	return db;
}

function thrownBy(work: () => unknown): unknown {
	try {
		work();
	} catch (error) {
		return error;
	}
	throw new Error("nothing was thrown");
}

test("of all that SQLite can say, two words mean a destroyed file", () => {
	const codes = Array.from({ length: PRIMARY_CODES + 1 }, (_, code) => code);
	const said = (code: number, more = 0) =>
		Object.assign(new Error("it failed"), { errcode: code + 256 * more });

	const destroyed = codes.filter((code) => isDestroyed(said(code)));
	const extended = codes.filter((code) => isDestroyed(said(code, 3)));

	expect(destroyed).toEqual([11, 26]);
	expect(extended).toEqual([11, 26]);
});

describe("a fault of the machine that SQLite really meets is of the moment", () => {
	test.each<[string, (file: string) => void]>([
		[
			"busy",
			(file) => {
				open(file).exec("BEGIN EXCLUSIVE");
				open(file).exec("BEGIN EXCLUSIVE");
			},
		],
		[
			"full",
			(file) => {
				const db = open(file);
				db.exec("PRAGMA max_page_count = 2");
				db.exec("INSERT INTO t VALUES (zeroblob(100000))");
			},
		],
		["read-only", (file) => open(file, true).exec("INSERT INTO t VALUES (1)")],
		["not to be opened", (file) => open(join(file, "no")).exec("SELECT 1")],
	])("%s", (_, meet) => {
		const file = join(temporaryFolder(), "a.db");
		open(file).exec("CREATE TABLE t (n)");

		const error = thrownBy(() => meet(file));

		expect(isOfTheMachine(error)).toBe(true);
		expect(isDestroyed(error)).toBe(false);
	});
});

test("a full disk is told from other faults", () => {
	const of = (errcode: number) =>
		thrownBy(() =>
			translated(() => {
				throw Object.assign(new Error("it failed"), { errcode });
			}),
		);

	expect(isFull(of(13))).toBe(true);
	expect(of(10)).toBeInstanceOf(Transient);
	expect(isFull(of(10))).toBe(false);
	expect(isFull(of(11))).toBe(false);
});
