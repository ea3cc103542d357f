import type { DeliveryId, RecordId } from "../../../job.ts";
import type { Database } from "../database.ts";

/** So many keys are kept in memory before they go into the table. */
const FRESH = 16_384;

/** Which requests would be repeats, by their keys. */
export type Repeats = {
	/** What was recorded under that key before. */
	first(key: string): { id: DeliveryId; jobId: RecordId | null } | null;
	/** Moves the fresh keys into their table where there are many of them. */
	tidy(): void;
	/** The last rows may be gone, and those to come have their numbers: to be told before any of them can come. */
	pruned(): void;
};

/**
 * Which requests would be repeats. A random key dirties a page of the index for each request, so the latest ones stand
 * in a table in memory, which takes part in transactions like any other, and is made anew at the start from the rows
 * that are newer than what was moved last. A row is kept under its key for as long as it bears one, whatever changes it.
 */
export function createSqliteRepeats(db: Database): Repeats {
	for (const sql of SET_UP) db.prepare(sql).run();
	const first = db.prepare(`
		SELECT id, job_id FROM deliveries WHERE seq = COALESCE(
			(SELECT seq FROM fresh_repeats WHERE repeat_key = $key),
			(SELECT seq FROM repeats WHERE repeat_key = $key))`);
	const move = db.prepare(`
		INSERT OR REPLACE INTO repeats SELECT repeat_key, seq FROM fresh_repeats ORDER BY repeat_key`);
	const clear = db.prepare("DELETE FROM fresh_repeats");
	const kept = db.prepare(`
		UPDATE facts SET value = (SELECT COALESCE(MAX(seq), 0) FROM deliveries) WHERE name = 'repeats_kept'`);
	const lower = db.prepare(LOWER);
	/** At the most. */
	let fresh = 0;

	return {
		first(key) {
			const row = first.get({ $key: key });
			if (!row) {
				fresh += 1;
				return null;
			}
			return {
				id: row.id as DeliveryId,
				jobId: row.job_id as RecordId | null,
			};
		},
		tidy() {
			if (fresh < FRESH) return;
			db.transaction(() => {
				move.run();
				clear.run();
				kept.run();
			});
			fresh = 0;
		},
		pruned() {
			lower.run();
		},
	};
}

const FORGET = `
	DELETE FROM fresh_repeats WHERE repeat_key = old.repeat_key AND seq = old.seq;
	DELETE FROM repeats WHERE repeat_key = old.repeat_key AND seq = old.seq;`;
/** What was moved last can be beyond the last row, where rows were forgotten: those to come would not be known. */
export const LOWER = `
	UPDATE facts SET value = (SELECT COALESCE(MAX(seq), 0) FROM deliveries)
	WHERE name = 'repeats_kept' AND value > (SELECT COALESCE(MAX(seq), 0) FROM deliveries)`;
const SET_UP = [
	// Of a database that was left in between.
	LOWER,
	"CREATE TEMP TABLE fresh_repeats (repeat_key TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID",
	`INSERT OR IGNORE INTO fresh_repeats
		SELECT repeat_key, seq FROM deliveries
		WHERE seq > (SELECT value FROM facts WHERE name = 'repeats_kept') AND repeat_key IS NOT NULL`,
	`CREATE TEMP TRIGGER recorded AFTER INSERT ON main.deliveries WHEN new.repeat_key IS NOT NULL
		BEGIN INSERT INTO fresh_repeats VALUES (new.repeat_key, new.seq); END`,
	`CREATE TEMP TRIGGER unrepeated AFTER UPDATE OF repeat_key ON main.deliveries
		WHEN old.repeat_key IS NOT NULL AND new.repeat_key IS NULL BEGIN ${FORGET} END`,
	`CREATE TEMP TRIGGER forgotten AFTER DELETE ON main.deliveries
		WHEN old.repeat_key IS NOT NULL BEGIN ${FORGET} END`,
];
