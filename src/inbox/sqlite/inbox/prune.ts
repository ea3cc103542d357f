import { ENDED, type Inbox } from "../../inbox.ts";
import type { Database } from "../database.ts";
import { quoted } from "../quoted.ts";
import { createWalk } from "../walk.ts";
import type { Repeats } from "./repeats.ts";

/** Forgets what has ended, in turns, and gives the disk back what it took. */
export function createSqlitePrune(
	db: Database,
	repeats: Pick<Repeats, "pruned">,
): Inbox["prune"] {
	const walk = createWalk(db, "deliveries", "seq");
	const forget = db.prepare(`
		DELETE FROM deliveries
		WHERE seq > $from AND seq <= $to
			AND received_at < $before AND state IN (${quoted(ENDED)})`);
	const unrepeat = db.prepare(`
		UPDATE deliveries SET repeat_key = NULL
		WHERE seq > $from AND seq <= $to
			AND received_at < $before AND repeat_key IS NOT NULL AND proof <> 'own'`);

	return async function prune(before) {
		let forgotten = 0;
		await walk((bounds) => {
			forgotten += forget.run({ ...bounds, $before: before });
			unrepeat.run({ ...bounds, $before: before });
			repeats.pruned();
		});
		await db.shrink();
		return forgotten;
	};
}
