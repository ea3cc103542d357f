import { join } from "node:path";
import { type Connection, connect } from "../database.ts";
import {
	cleared,
	DATABASE,
	isEmptied,
	isSuspected,
	sizeOf,
} from "../destroyed.ts";
import { isDestroyed, StoreDestroyed } from "../faults.ts";

/** As large a file is looked through at every start, bytes: 40 ms where it stands in memory. */
const LARGEST_CHECKED = 32 * 1024 * 1024;

/** Looks through the file where a process met damage, and else where it takes no time. @throws StoreDestroyed */
export function check(db: Connection, dir: string): void {
	const isThorough = isSuspected(dir);
	if (!isThorough && sizeOf(join(dir, DATABASE)) > LARGEST_CHECKED) return;
	const pragma = isThorough ? "integrity_check" : "quick_check";
	const said = faultIn(db, pragma);
	if (said !== null) throw new StoreDestroyed(`${pragma}: ${said}`);
	cleared(dir);
}

/** Whether the database in a folder is one, and all of it can be read. */
export function isSound(dir: string): boolean {
	if (isEmptied(dir)) return false;
	const db = connect(join(dir, DATABASE), { readOnly: true });
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
	db: Connection,
	pragma: "integrity_check" | "quick_check",
): string | null {
	const said = db.prepare(`PRAGMA ${pragma}(1)`).get()?.[pragma];
	return said === "ok" ? null : String(said);
}
