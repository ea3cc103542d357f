import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { StartError, Transient } from "../errors.ts";

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

/** Primary result codes, https://sqlite.org/rescode.html */
const BUSY = 5;
/** Of the machine, not of what was asked: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN. */
const OF_THE_MACHINE = new Set([BUSY, 6, 7, 8, 10, 13, 14]);

/** https://sqlite.org/pragma.html#pragma_auto_vacuum */
const INCREMENTAL = 2;
/** Kept for what comes next: 4 MB. */
const SPARE_PAGES = 1000;
/** Given back before others have their turn. */
const PAGES_A_TURN = 100;
/** The log is cut back to it when it has grown, bytes. */
const LARGEST_LOG = 32 * 1024 * 1024;

/**
 * Opens `inbox.db` in a folder of our own, which is made if need be, and brings its schema up to date.
 * @throws StoreHeld where another process has it open
 */
export function openDatabase(
	dir: string,
	migrations: readonly string[],
): Database {
	makeFolder(dir);
	const lock = holdFolder(dir);
	let db: DatabaseSync | undefined;
	try {
		db = new DatabaseSync(join(dir, "inbox.db"), { timeout: 5000 });
		// Of a file that holds nothing yet; one that does is made so below.
		db.exec("PRAGMA auto_vacuum = INCREMENTAL;");
		// FULL: a commit is on the disk before it returns, so an answer can follow it.
		db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
		// Four times the default: a checkpoint waits for the disk, and webhooks for the checkpoint. Up to 16 MB of log.
		db.exec("PRAGMA wal_autocheckpoint = 4000;");
		db.exec(`PRAGMA journal_size_limit = ${LARGEST_LOG};`);
		migrate(db, migrations);
		makeShrinkable(db);
		// Not before: what is written anew would stand in memory as a whole.
		db.exec("PRAGMA temp_store = MEMORY;");
	} catch (error) {
		db?.close();
		lock.close();
		throw error;
	}
	return wrap(db, lock);
}

function wrap(db: DatabaseSync, lock: DatabaseSync): Database {
	return {
		prepare(sql) {
			const statement = db.prepare(sql);
			return {
				run: (values = {}) =>
					translated(() => Number(statement.run(values).changes)),
				get: (values = {}) => translated(() => statement.get(values)),
				all: (values = {}) => translated(() => statement.all(values)),
				insert: (values) => void translated(() => statement.run(...values)),
			};
		},
		transaction: (work) => transaction(db, work),
		isInTransaction: () => db.isTransaction,
		shrink: () => shrink(db),
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

async function shrink(db: DatabaseSync): Promise<void> {
	while (db.isOpen && numberOf(db, "freelist_count") > SPARE_PAGES) {
		translated(() => db.exec(`PRAGMA incremental_vacuum(${PAGES_A_TURN});`));
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

/** An exclusive transaction that lasts as long as the process: a `kill -9` ends it, which a pid file does not survive. */
function holdFolder(dir: string): DatabaseSync {
	const lock = new DatabaseSync(join(dir, "lock.db"), { timeout: 0 });
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

function isBusy(error: unknown): boolean {
	return resultCode(error) === BUSY;
}

function isOfTheMachine(error: unknown): boolean {
	return OF_THE_MACHINE.has(resultCode(error) ?? -1);
}

function resultCode(error: unknown): number | null {
	if (!(error instanceof Error) || !("errcode" in error)) return null;
	// The low byte: the rest says more of the same, e.g. which I/O failed.
	return Number(error.errcode) & 0xff;
}

/** Runs one thing on the database, its faults in our words. @throws Transient for those of the machine */
function translated<T>(work: () => T): T {
	try {
		return work();
	} catch (error) {
		if (!isOfTheMachine(error)) throw error;
		throw new Transient(`the inbox's database: ${String(error)}`, {
			code: `SQLITE_${resultCode(error)}`,
			cause: error,
		});
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

function transaction<T>(db: DatabaseSync, work: () => T): T {
	translated(() => db.exec("BEGIN IMMEDIATE"));
	try {
		const result = work();
		translated(() => db.exec("COMMIT"));
		return result;
	} catch (error) {
		if (db.isTransaction) db.exec("ROLLBACK");
		throw error;
	}
}
