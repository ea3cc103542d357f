import { setImmediate } from "node:timers/promises";
import type { Database } from "./database.ts";

/** So many rows are worked on before others have their turn. */
const TURN = 500;

/** Numbers above the first, up to and with the second. */
export type Bounds = { $from: number; $to: number };

/**
 * Goes through the rows of a table that are there now, in the order of a number that each bears, a few at a time and
 * each few in a transaction of their own: webhooks are answered in between.
 */
export function createWalk(db: Database, table: string, number: string) {
	const last = db.prepare(`SELECT MAX(${number}) AS at FROM ${table}`);
	const edge = db.prepare(`
		SELECT ${number} AS at FROM ${table} WHERE ${number} > $from ORDER BY ${number} LIMIT 1 OFFSET ${TURN - 1}`);

	/** @param work is given those above the first number, up to and with the second */
	return async function walk(work: (bounds: Bounds) => void): Promise<void> {
		const end = (last.get()?.at ?? 0) as number;
		for (let $from = 0; $from < end; await setImmediate()) {
			const next = (edge.get({ $from })?.at ?? end) as number;
			const $to = Math.min(next, end);
			db.transaction(() => work({ $from, $to }));
			$from = $to;
		}
	};
}
