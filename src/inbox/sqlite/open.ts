import { join } from "node:path";
import { type Connection, connect, type Database } from "./database.ts";
import { DATABASE, isEmptied } from "./destroyed.ts";
import { StoreDestroyed } from "./faults.ts";
import { ownFolder } from "./open/folder.ts";
import { createGuard } from "./open/guard.ts";
import { holdFolder } from "./open/lock.ts";
import { migrate } from "./open/migrate.ts";
import { makeShrinkable } from "./open/shrink.ts";
import { check } from "./open/sound.ts";
import { wrap } from "./open/wrap.ts";

const EMPTIED = "the file is empty, and its log is not";
/** The log is cut back to it when it has grown, bytes. */
const LARGEST_LOG = 32 * 1024 * 1024;

/** Whoever starts waits so long for another process that has its hands on the file, ms. */
const PATIENCE_MS = 5000;
/** And so long while webhooks are taken, ms: everything stands meanwhile. */
const SHORT_PATIENCE_MS = 100;

/**
 * Opens `inbox.db` in a folder of our own, which is made if need be, and brings its schema up to date.
 * @param damaged told once when a statement finds that the file is destroyed; nothing more is done with it then
 * @throws StoreHeld where another process has it open
 * @throws StartError where the folder cannot be had, or written
 * @throws an error that `isDestroyed` where there is no sound database
 */
export function openDatabase(
	dir: string,
	migrations: readonly string[],
	damaged: (error: unknown) => void = () => {},
): Database {
	ownFolder(dir);
	const lock = holdFolder(dir);
	let db: Connection | undefined;
	try {
		if (isEmptied(dir)) throw new StoreDestroyed(EMPTIED);
		db = connect(join(dir, DATABASE), { timeout: PATIENCE_MS });
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
