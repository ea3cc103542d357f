import type { Facts } from "../../ledger/facts.ts";
import type { Database } from "../database.ts";

/** Single numbers, and what is done with them within a transaction. */
export type SqliteFacts = Facts & {
	/** Notes a time under a name, unless a later one stands there. @param at ms since the epoch */
	latest(name: string, at: number): void;
};

/** Single numbers, by name. */
export function createSqliteFacts(db: Database): SqliteFacts {
	const value = db.prepare("SELECT value FROM facts WHERE name = $name");
	const state = db.prepare(`
		INSERT INTO facts (name, value) VALUES ($name, $value)
		ON CONFLICT (name) DO UPDATE SET value = $value`);
	const latest = db.prepare(`
		INSERT INTO facts (name, value) VALUES ($name, $value)
		ON CONFLICT (name) DO UPDATE SET value = MAX(value, $value)`);

	return {
		async fact(name) {
			return (value.get({ $name: name })?.value ?? null) as number | null;
		},
		async note(name, value) {
			state.run({ $name: name, $value: value });
		},
		latest(name, at) {
			latest.run({ $name: name, $value: at });
		},
	};
}
