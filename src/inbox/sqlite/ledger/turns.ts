import { setImmediate } from "node:timers/promises";
import type { Database } from "../database.ts";

/** So many rows are worked on before others have their turn. */
export const TURN = 200;

/** Works on items in turns, each a transaction, between which webhooks are answered: a round can find thousands. */
export async function inTurns<T>(
	db: Database,
	items: readonly T[],
	work: (item: T) => void,
): Promise<void> {
	for (let at = 0; at < items.length; at += TURN) {
		if (at > 0) await setImmediate();
		db.transaction(() => items.slice(at, at + TURN).forEach(work));
	}
}
