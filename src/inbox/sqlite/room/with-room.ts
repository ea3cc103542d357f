import type { Database } from "../database.ts";

/** The same database, each of whose statements is run by `write`. */
export function withRoom(
	db: Database,
	write: <T>(work: () => T) => T,
): Database {
	return {
		...db,
		transaction: (work) => write(() => db.transaction(work)),
		prepare(sql) {
			const { run, get, all, insert } = db.prepare(sql);
			return {
				run: (values) => write(() => run(values)),
				get: (values) => write(() => get(values)),
				all: (values) => write(() => all(values)),
				insert: (values) => write(() => insert(values)),
			};
		},
	};
}
