import type { Connection } from "../database.ts";
import { transaction } from "./transaction.ts";

/** Brings the schema up to date, each step all or none. @throws where the database is of a newer version of the program */
export function migrate(db: Connection, migrations: readonly string[]): void {
	const row = db.prepare("PRAGMA user_version").get();
	const version = Number(row?.user_version);
	if (version > migrations.length) {
		throw new Error(
			`the database has schema ${version}, this program knows ${migrations.length}: start the newer version`,
		);
	}
	for (const [index, sql] of migrations.entries()) {
		if (index < version) continue;
		transaction(db, () =>
			db.exec(`${sql}; PRAGMA user_version = ${index + 1};`),
		);
	}
}
