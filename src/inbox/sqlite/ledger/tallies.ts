import { HOUR_MINUTES, HOUR_MS, minuteOf } from "../../ledger/hours.ts";
import { RECENT_MS, type Tallies } from "../../ledger/tallies.ts";
import type { Counts } from "../../tally.ts";
import type { Database } from "../database.ts";

/** What is counted, and what is done with it within a transaction. */
export type SqliteTallies = Tallies & {
	/** Within a transaction. @param at ms since the epoch */
	add(counts: Counts, at: number): void;
	/** Of what is not recent any more the total stays alone. @param now ms since the epoch */
	prune(now: number): void;
};

/** What is counted. What is recent stands by the minute alone, so that counting one dirties no second page. */
export function createSqliteTallies(db: Database): SqliteTallies {
	const add = db.prepare(`
		INSERT INTO recent (name, minute, total) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET total = total + excluded.total`);
	const older = db.prepare("SELECT name, total FROM totals");
	const recent = db.prepare(
		"SELECT name, SUM(total) AS total FROM recent WHERE minute >= $minute GROUP BY name",
	);
	const byHour = db.prepare(`
		SELECT name, minute / ${HOUR_MINUTES} AS hour, SUM(total) AS total FROM recent
		WHERE minute >= $minute GROUP BY name, hour ORDER BY name, hour`);
	const fold = db.prepare(`
		INSERT INTO totals (name, total)
		SELECT name, SUM(total) FROM recent WHERE minute < $minute GROUP BY name
		ON CONFLICT DO UPDATE SET total = total + excluded.total`);
	const forget = db.prepare("DELETE FROM recent WHERE minute < $minute");

	function addAll(counts: Counts, at: number): void {
		for (const [name, count] of counts) add.insert([name, minuteOf(at), count]);
	}

	return {
		add: addAll,
		async tally(counts, at) {
			db.transaction(() => addAll(counts, at));
		},
		async tallies(since) {
			const minute = since === undefined ? 0 : minuteOf(since);
			const rows = since === undefined ? older.all() : [];
			const sums = new Map<string, number>();
			for (const row of [...rows, ...recent.all({ $minute: minute })]) {
				const name = row.name as string;
				sums.set(name, (sums.get(name) ?? 0) + (row.total as number));
			}
			return sums;
		},
		async talliesByHour(since) {
			const names = new Map<string, Map<number, number>>();
			for (const row of byHour.all({ $minute: minuteOf(since) })) {
				const name = row.name as string;
				const hours = names.get(name) ?? new Map<number, number>();
				const began = (row.hour as number) * HOUR_MS;
				names.set(name, hours.set(began, row.total as number));
			}
			return names;
		},
		prune(now) {
			const before = { $minute: minuteOf(now - RECENT_MS) };
			db.transaction(() => {
				fold.run(before);
				forget.run(before);
			});
		},
	};
}
