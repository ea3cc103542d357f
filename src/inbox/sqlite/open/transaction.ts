import type { Connection } from "../database.ts";
import { translated } from "../faults.ts";
import type { Guard } from "./guard.ts";

/** All of `work`, or nothing of it. */
export function transaction<T>(
	db: Connection,
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
