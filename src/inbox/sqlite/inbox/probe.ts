import type { Budget } from "../../budget.ts";
import type { Inbox } from "../../inbox.ts";
import type { Database } from "../database.ts";
import type { Room } from "../room.ts";

/** Finds out whether the disk takes more, once nothing is being freed. */
export function createSqliteProbe(
	db: Database,
	room: Pick<Room, "keep">,
	budget: Pick<Budget, "settled">,
): Inbox["probe"] {
	const touch = db.prepare(`
		INSERT INTO facts (name, value) VALUES ('probe', 1)
		ON CONFLICT (name) DO UPDATE SET value = value + 1`);

	return async function probe() {
		room.keep();
		await budget.settled();
		touch.run();
	};
}
