import { setImmediate } from "node:timers/promises";
import type { Connection } from "../database.ts";
import { isOfTheMachine } from "../faults.ts";
import type { Guard } from "./guard.ts";

/** https://sqlite.org/pragma.html#pragma_auto_vacuum */
const INCREMENTAL = 2;
/** Kept for what comes next: 4 MB. */
const SPARE_PAGES = 1000;
/** Given back before others have their turn. */
const PAGES_A_TURN = 100;

/** A database of an older version keeps what it once took, until it is written anew: once, since the file remembers. */
export function makeShrinkable(db: Connection): void {
	if (numberOf(db, "auto_vacuum") === INCREMENTAL) return;
	try {
		db.exec("PRAGMA auto_vacuum = INCREMENTAL; VACUUM;");
		db.exec("PRAGMA wal_checkpoint(TRUNCATE);");
	} catch (error) {
		// It takes as much room again as the file: without it, it is tried at the next start.
		if (!isOfTheMachine(error)) throw error;
	}
}

/** Gives the disk back what the file has no use for, a little at a time. */
export async function shrink(db: Connection, guarded: Guard): Promise<void> {
	while (db.isOpen && numberOf(db, "freelist_count") > SPARE_PAGES) {
		guarded(() => db.exec(`PRAGMA incremental_vacuum(${PAGES_A_TURN});`));
		await setImmediate();
	}
}

function numberOf(db: Connection, pragma: string): number {
	return Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}
