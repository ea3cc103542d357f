import { setImmediate } from "node:timers/promises";
import {
	BUDGET,
	type Evicted,
	isAcknowledged,
	isTooMuch,
	RECORD_BYTES,
} from "../../budget.ts";
import type { State } from "../../inbox.ts";
import type { Database } from "../database.ts";
import { LOWER } from "./repeats.ts";
import { asRecorded } from "./rows.ts";

/** As the index has it. */
const BUDGETED = `deliveries INDEXED BY deliveries_budget
	WHERE (state IN ('refused', 'test') OR (state = 'parked' AND attempts = 0) OR (state = 'retry' AND due_at IS NULL))`;
const BYTES = `${RECORD_BYTES} + LENGTH(body) + LENGTH(query) + LENGTH(user_agent)`;
/** So many are freed at once: each can be of 1 MiB. */
const TURN = 20;

/**
 * Frees what is over the budget: refused ones and tests first, then what was parked at the door, then what waits for a
 * record that is not there; of each the oldest first.
 */
export function createEnforce(db: Database, evicted: Evicted) {
	const sum = db.prepare(
		`SELECT COALESCE(SUM(${BYTES}), 0) AS bytes FROM ${BUDGETED}`,
	);
	const first = db.prepare(`
		SELECT seq, ${BYTES} AS bytes, state FROM ${BUDGETED}
		ORDER BY state NOT IN ('refused', 'test'), state = 'retry', seq LIMIT ${TURN}`);
	const whole = db.prepare("SELECT * FROM deliveries WHERE seq = $seq");
	const remove = db.prepare("DELETE FROM deliveries WHERE seq = $seq");
	const lower = db.prepare(LOWER);

	function free($seq: number, state: State): void {
		const row = isAcknowledged(state) ? whole.get({ $seq }) : undefined;
		if (row) evicted(asRecorded(row));
		remove.run({ $seq });
	}

	return async function enforce(): Promise<number> {
		let used = sum.get()?.bytes as number;
		if (used <= BUDGET) return used;
		let isOver = false;
		for (; !isOver; await setImmediate()) {
			const rows = first.all();
			db.transaction(() => {
				isOver = rows.length < TURN;
				for (const { seq, bytes, state } of rows) {
					isOver ||= !isTooMuch(used, state as State);
					if (!isTooMuch(used, state as State)) break;
					free(seq as number, state as State);
					used -= bytes as number;
				}
				lower.run();
			});
		}
		return used;
	};
}
