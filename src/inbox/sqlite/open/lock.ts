import { truncateSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../../../errors.ts";
import { type Connection, connect } from "../database.ts";
import { isBusy, isDestroyed } from "../faults.ts";

/** Thrown where another live process holds the folder. */
export class StoreHeld extends StartError {
	override readonly name = "StoreHeld";
}

const LOCK = "lock.db";

/** An exclusive transaction that lasts as long as the process: a `kill -9` ends it, which a pid file does not survive. @throws StoreHeld */
export function holdFolder(dir: string): Connection {
	try {
		return lockFolder(dir);
	} catch (error) {
		if (!isDestroyed(error)) throw error;
		// There is nothing in it to lose. It stays the same file, so a lock that is on it still counts.
		truncateSync(join(dir, LOCK));
		return lockFolder(dir);
	}
}

function lockFolder(dir: string): Connection {
	const lock = connect(join(dir, LOCK), { timeout: 0 });
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
