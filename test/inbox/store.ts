import type { Evicted } from "../../src/inbox/budget.ts";
import { createSqliteInbox } from "../../src/inbox/sqlite/inbox.ts";
import { createSqliteLedger } from "../../src/inbox/sqlite/ledger.ts";
import { migrations } from "../../src/inbox/sqlite/migrations.ts";
import { openDatabase } from "../../src/inbox/sqlite/open.ts";
import { START } from "../set-up.ts";

/** The store as the service opens it, in a folder. */
export function openStore(
	dir: string,
	now = () => START,
	evicted: Evicted = () => {},
) {
	const db = openDatabase(dir, migrations);
	return {
		inbox: createSqliteInbox(db, now, undefined, evicted),
		ledger: createSqliteLedger(db, now),
		close: () => db.close(),
	};
}
