import { createBudget, type Evicted } from "../budget.ts";
import type { Inbox } from "../inbox.ts";
import type { Database } from "./database.ts";
import { createEnforce } from "./inbox/budget.ts";
import { createSqliteClaim } from "./inbox/claim.ts";
import { createCountPut } from "./inbox/count-put.ts";
import { createSqliteDepth } from "./inbox/depth.ts";
import { createSqliteEnd } from "./inbox/end.ts";
import { createEndOne } from "./inbox/end-one.ts";
import { createPutOne } from "./inbox/insert.ts";
import { createSqliteProbe } from "./inbox/probe.ts";
import { createSqlitePrune } from "./inbox/prune.ts";
import { createGroupPut } from "./inbox/put.ts";
import { createSqliteRecorded } from "./inbox/recorded.ts";
import { createSqliteRepeats } from "./inbox/repeats.ts";
import { createSqliteReplay } from "./inbox/replay.ts";
import { createSqliteTotals } from "./inbox/totals.ts";
import { createSqliteUnmatched } from "./inbox/unmatched.ts";
import { createSqliteFacts } from "./ledger/facts.ts";
import { createSqliteTallies } from "./ledger/tallies.ts";
import type { Room } from "./room.ts";

/** The inbox in SQLite. What a crash left claimed is due again from here on: only one process has the store. */
export function createSqliteInbox(
	db: Database,
	now: () => number,
	room: Pick<Room, "put" | "keep"> = withoutLimit(db),
	evicted: Evicted = () => {},
): Inbox {
	const budget = createBudget(createEnforce(db, evicted));
	const facts = createSqliteFacts(db);
	const tallies = createSqliteTallies(db);
	const repeats = createSqliteRepeats(db);
	const totals = createSqliteTotals(db);
	const putOne = createPutOne(db, repeats);
	const endOne = createEndOne({ db, putOne, totals, budget });
	const countPut = createCountPut({ tallies, facts, budget, now });

	return {
		put: createGroupPut(db, room, putOne, countPut, repeats.tidy),
		end: createSqliteEnd({ db, endOne, tallies, now }),
		...createSqliteClaim(db),
		...createSqliteUnmatched(db),
		replay: createSqliteReplay(db),
		async holds(repeatKey) {
			return repeats.first(repeatKey) !== null;
		},
		totals: totals.totals,
		prune: createSqlitePrune(db, repeats),
		...createSqliteRecorded(db),
		...createSqliteDepth(db),
		probe: createSqliteProbe(db, room, budget),
	};
}

function withoutLimit(db: Database): Pick<Room, "put" | "keep"> {
	return { put: (_, work) => db.transaction(work), keep() {} };
}
