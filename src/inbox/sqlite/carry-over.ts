import { type Database, type Row, rowsOf } from "./database.ts";
import { sizeOf } from "./destroyed.ts";
import { isDestroyed, isOfTheMachine } from "./faults.ts";

/** What still waits, or is kept for a person; what has ended is history, which the poller does not need. */
const KEPT =
	"SELECT * FROM deliveries NOT INDEXED WHERE state IN ('accepted', 'processing', 'retry', 'parked', 'buried') ORDER BY rowid";

/**
 * Puts into a fresh database what a destroyed one still tells: read from its beginning until it breaks, and then from
 * its end. @returns how many; a row that cannot be taken is not among them
 */
export function carryOver(db: Database, file: string): number {
	const columns = db
		.prepare("SELECT name FROM pragma_table_info('deliveries')")
		.all()
		.map(({ name }) => String(name))
		// It is numbered anew: a number that was misread would be the highest for ever.
		.filter((name) => name !== "seq");
	let carried = 0;
	// SQLite would throw away the log of an empty one, and a person may still make something of it.
	if (sizeOf(file) === 0) return 0;

	/** @returns whether it was new here */
	function take(row: Row): boolean {
		const there = columns.filter((name) => name in row);
		const values = there.map((name) => [`$${name}`, row[name]]);
		try {
			const added = db
				.prepare(
					`INSERT OR IGNORE INTO deliveries (${there}) VALUES (${there.map((name) => `$${name}`)})`,
				)
				.run(Object.fromEntries(values));
			carried += added;
			return added > 0;
		} catch (error) {
			if (isOfTheMachine(error)) throw error;
			// A value that is not of its column's type: it was misread.
			return true;
		}
	}

	/** @returns whether the end was reached */
	function read(sql: string, isOver: (isNew: boolean) => boolean): boolean {
		try {
			for (const row of rowsOf(file, sql)) if (isOver(take(row))) break;
			return true;
		} catch (error) {
			if (isDestroyed(error)) return false;
			throw error;
		}
	}

	db.transaction(() => {
		if (read(KEPT, () => false)) return;
		read(`${KEPT} DESC`, (isNew) => !isNew);
	});
	return carried;
}
