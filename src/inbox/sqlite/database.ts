import { mkdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { StartError } from "../../errors.ts";
import {
	cleared,
	DATABASE,
	isEmptied,
	isSuspected,
	moveAside,
	sizeOf,
} from "./destroyed.ts";
import {
	isBusy,
	isDestroyed,
	isOfTheMachine,
	StoreDestroyed,
	translated,
} from "./faults.ts";

export type Row = Record<string, unknown>;
/** What a column can hold; no `Date`, which would be stored as NULL without a word. */
export type Bindable = SQLInputValue;
type Values = Record<string, Bindable>;

/** One prepared statement; values are bound by name. */
export type Statement = {
	run(values?: Values): number;
	get(values?: Values): Row | undefined;
	all(values?: Values): Row[];
	/** Bound by position, which takes half the time: for what is done with each webhook. */
	insert(values: readonly Bindable[]): void;
};

/** The one database file of this process, and the lock that keeps it its own. */
export type Database = {
	prepare(sql: string): Statement;
	/** All of `work`, or nothing of it. */
	transaction<T>(work: () => T): T;
	isInTransaction(): boolean;
	/** Gives the disk back what the file has no use for, a little at a time. */
	shrink(): Promise<void>;
	close(): void;
};

/** Thrown where another live process holds the folder. */
export class StoreHeld extends StartError {
	override readonly name = "StoreHeld";
}

const LOCK = "lock.db";
const EMPTIED = "the file is empty, and its log is not";

/** https://sqlite.org/pragma.html#pragma_auto_vacuum */
const INCREMENTAL = 2;
/** Kept for what comes next: 4 MB. */
const SPARE_PAGES = 1000;
/** Given back before others have their turn. */
const PAGES_A_TURN = 100;
/** The log is cut back to it when it has grown, bytes. */
const LARGEST_LOG = 32 * 1024 * 1024;

/** Whoever starts waits so long for another process that has its hands on the file, ms. */
const PATIENCE_MS = 5000;
/** And so long while webhooks are taken, ms: everything stands meanwhile. */
const SHORT_PATIENCE_MS = 100;

/** As large a file is looked through at every start, bytes: 40 ms where it stands in memory. */
const LARGEST_CHECKED = 32 * 1024 * 1024;

/**
 * Opens `inbox.db` in a folder of our own, which is made if need be, and brings its schema up to date.
 * @param damaged told once when a statement finds that the file is destroyed; nothing more is done with it then
 * @throws StoreHeld where another process has it open
 * @throws an error that `isDestroyed` where there is no sound database
 */
export function openDatabase(
	dir: string,
	migrations: readonly string[],
	damaged: (error: unknown) => void = () => {},
): Database {
	makeFolder(dir);
	const lock = holdFolder(dir);
	let db: DatabaseSync | undefined;
	try {
		if (isEmptied(dir)) throw new StoreDestroyed(EMPTIED);
		db = new DatabaseSync(join(dir, DATABASE), { timeout: PATIENCE_MS });
		// Of a file that holds nothing yet; one that does is made so below.
		db.exec("PRAGMA auto_vacuum = INCREMENTAL;");
		// FULL: a commit is on the disk before it returns, so an answer can follow it.
		db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
		// Four times the default: a checkpoint waits for the disk, and webhooks for the checkpoint. Up to 16 MB of log.
		db.exec("PRAGMA wal_autocheckpoint = 4000;");
		db.exec(`PRAGMA journal_size_limit = ${LARGEST_LOG};`);
		check(db, dir);
		migrate(db, migrations);
		makeShrinkable(db);
		// Not before: what is written anew would stand in memory as a whole.
		db.exec("PRAGMA temp_store = MEMORY;");
		db.exec(`PRAGMA busy_timeout = ${SHORT_PATIENCE_MS};`);
	} catch (error) {
		db?.close();
		lock.close();
		throw error;
	}
	return wrap(db, lock, createGuard(damaged));
}

/** What was looked at wrongly once is not to be trusted with another write. */
function createGuard(damaged: (error: unknown) => void) {
	let damage: unknown = null;
	return function guarded<T>(work: () => T): T {
		if (damage !== null) throw damage;
		try {
			return translated(work);
		} catch (error) {
			if (isDestroyed(error) && damage === null) {
				damage = error;
				damaged(error);
			}
			throw error;
		}
	};
}

type Guard = ReturnType<typeof createGuard>;

function wrap(db: DatabaseSync, lock: DatabaseSync, guarded: Guard): Database {
	return {
		prepare(sql) {
			const statement = guarded(() => db.prepare(sql));
			return {
				run: (values = {}) =>
					guarded(() => Number(statement.run(values).changes)),
				get: (values = {}) => guarded(() => statement.get(values)),
				all: (values = {}) => guarded(() => statement.all(values)),
				insert: (values) => void guarded(() => statement.run(...values)),
			};
		},
		transaction: (work) => transaction(db, work, guarded),
		isInTransaction: () => db.isTransaction,
		shrink: () => shrink(db, guarded),
		close() {
			db.close();
			lock.close();
		},
	};
}

/** A database of an older version keeps what it once took, until it is written anew: once, since the file remembers. */
function makeShrinkable(db: DatabaseSync): void {
	if (numberOf(db, "auto_vacuum") === INCREMENTAL) return;
	try {
		db.exec("PRAGMA auto_vacuum = INCREMENTAL; VACUUM;");
		db.exec("PRAGMA wal_checkpoint(TRUNCATE);");
	} catch (error) {
		// It takes as much room again as the file: without it, it is tried at the next start.
		if (!isOfTheMachine(error)) throw error;
	}
}

async function shrink(db: DatabaseSync, guarded: Guard): Promise<void> {
	while (db.isOpen && numberOf(db, "freelist_count") > SPARE_PAGES) {
		guarded(() => db.exec(`PRAGMA incremental_vacuum(${PAGES_A_TURN});`));
		await setImmediate();
	}
}

function numberOf(db: DatabaseSync, pragma: string): number {
	return Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}

function makeFolder(dir: string): void {
	try {
		mkdirSync(dir, { recursive: true });
	} catch (cause) {
		throw new StartError(`DATA_DIR: ${dir} cannot be made: ${String(cause)}`, {
			cause,
		});
	}
}

/**
 * Moves a database aside that is destroyed, or could not be read twice.
 * @param isCertain it need not be looked through once more
 * @returns its new name; null: it is sound, and still there
 * @throws StoreHeld where another process has it open
 */
export function replaceDestroyed(
	dir: string,
	now: number,
	isCertain: boolean,
): string | null {
	const lock = holdFolder(dir);
	try {
		return isCertain || !isSound(dir) ? moveAside(dir, now) : null;
	} finally {
		lock.close();
	}
}

/** Rows of a file that nobody writes, as far as they can be read. @throws an error that `isDestroyed` where they end before their end */
export function* rowsOf(file: string, sql: string): Generator<Row> {
	const db = new DatabaseSync(file, { readOnly: true });
	try {
		yield* db.prepare(sql).iterate();
	} finally {
		db.close();
	}
}

/** Looks through the file where a process met damage, and else where it takes no time. */
function check(db: DatabaseSync, dir: string): void {
	const isThorough = isSuspected(dir);
	if (!isThorough && sizeOf(join(dir, DATABASE)) > LARGEST_CHECKED) return;
	const pragma = isThorough ? "integrity_check" : "quick_check";
	const said = faultIn(db, pragma);
	if (said !== null) throw new StoreDestroyed(`${pragma}: ${said}`);
	cleared(dir);
}

function isSound(dir: string): boolean {
	if (isEmptied(dir)) return false;
	const db = new DatabaseSync(join(dir, DATABASE), { readOnly: true });
	try {
		return faultIn(db, "integrity_check") === null;
	} catch (error) {
		if (isDestroyed(error)) return false;
		throw error;
	} finally {
		db.close();
	}
}

/** The first fault, in SQLite's words. */
function faultIn(
	db: DatabaseSync,
	pragma: "integrity_check" | "quick_check",
): string | null {
	const said = db.prepare(`PRAGMA ${pragma}(1)`).get()?.[pragma];
	return said === "ok" ? null : String(said);
}

/** An exclusive transaction that lasts as long as the process: a `kill -9` ends it, which a pid file does not survive. */
function holdFolder(dir: string): DatabaseSync {
	try {
		return lockFolder(dir);
	} catch (error) {
		if (!isDestroyed(error)) throw error;
		// There is nothing in it to lose. It stays the same file, so a lock that is on it still counts.
		truncateSync(join(dir, LOCK));
		return lockFolder(dir);
	}
}

function lockFolder(dir: string): DatabaseSync {
	const lock = new DatabaseSync(join(dir, LOCK), { timeout: 0 });
	try {
		lock.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;");
		return lock;
	} catch (error) {
		lock.close();
		if (!isBusy(error)) throw error;
		throw new StoreHeld(
			`${dir} is in use by another process of this program: stop that one, or give this one a DATA_DIR of its own`,
			{ cause: error },
		);
	}
}

function migrate(db: DatabaseSync, migrations: readonly string[]): void {
	const row = db.prepare("PRAGMA user_version").get();
	const version = Number(row?.user_version);
	if (version > migrations.length) {
		throw new Error(
			`the database has schema ${version}, this program knows ${migrations.length}: start the newer version`,
		);
	}
	for (const [index, sql] of migrations.entries()) {
		if (index < version) continue;
		transaction(db, () =>
			db.exec(`${sql}; PRAGMA user_version = ${index + 1};`),
		);
	}
}

function transaction<T>(
	db: DatabaseSync,
	work: () => T,
	guarded: Guard = translated,
): T {
	guarded(() => db.exec("BEGIN IMMEDIATE"));
	try {
		const result = work();
		guarded(() => db.exec("COMMIT"));
		return result;
	} catch (error) {
		if (db.isTransaction) db.exec("ROLLBACK");
		throw error;
	}
}
