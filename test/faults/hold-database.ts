import { DatabaseSync } from "node:sqlite";

/** Another process that has its hands on a database, until its standard input ends. */
const [file = ""] = process.argv.slice(2);
const db = new DatabaseSync(file, { timeout: 10_000 });
db.exec("BEGIN EXCLUSIVE");
console.log("held");
process.stdin.resume().once("end", () => {
	db.exec("ROLLBACK");
	db.close();
});
