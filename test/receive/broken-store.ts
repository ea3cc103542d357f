import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Makes the store refuse every row, as a full disk does. @returns what mends it */
export function breakStore({ DATA_DIR }: { DATA_DIR: string }): () => void {
	const refuse = (table: string) =>
		`CREATE TRIGGER full_${table} BEFORE INSERT ON ${table} BEGIN SELECT RAISE(FAIL, 'full'); END;`;
	onStore(DATA_DIR, refuse("deliveries") + refuse("facts"));
	return () =>
		onStore(DATA_DIR, "DROP TRIGGER full_deliveries; DROP TRIGGER full_facts;");
}

function onStore(dir: string, sql: string): void {
	const db = new DatabaseSync(join(dir, "inbox.db"));
	db.exec(sql);
	db.close();
}
