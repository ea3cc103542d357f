import type { Connection, Database } from "../database.ts";
import type { Guard } from "./guard.ts";
import { shrink } from "./shrink.ts";
import { transaction } from "./transaction.ts";

/** The database in our words. @param lock closed with it */
export function wrap(
	db: Connection,
	lock: Connection,
	guarded: Guard,
): Database {
	return {
		prepare(sql) {
			const statement = guarded(() => db.prepare(sql));
			return {
				run: (values = {}) =>
					guarded(() => Number(statement.run(values).changes)),
				get: (values = {}) => guarded(() => statement.get(values)),
				all: (values = {}) => guarded(() => statement.all(values)),
				insert: (values) => void guarded(() => statement.run(...values)),
			};
		},
		transaction: (work) => transaction(db, work, guarded),
		isInTransaction: () => db.isTransaction,
		shrink: () => shrink(db, guarded),
		close() {
			db.close();
			lock.close();
		},
	};
}
