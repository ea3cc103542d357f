import { ALWAYS } from "./lease.ts";
import { migrations } from "./migrations.ts";
import { openDatabase } from "./sqlite.ts";
import { createSqliteInbox } from "./sqlite-inbox.ts";
import { createSqliteLedger } from "./sqlite-ledger.ts";
import type { Store } from "./store.ts";

/** On this machine's disk. @throws StoreHeld where another process has the folder */
export function openSqliteStore(dir: string, now: () => number): Store {
	const db = openDatabase(dir, migrations);
	return {
		inbox: createSqliteInbox(db, now),
		ledger: createSqliteLedger(db, now),
		drain: ALWAYS,
		round: ALWAYS,
		pace: null,
		tells: false,
		ready: async () => {},
		start: () => async () => {},
		close: () => db.close(),
	};
}
