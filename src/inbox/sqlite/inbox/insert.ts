import type { Entry, PutResult } from "../../inbox.ts";
import type { Database } from "../database.ts";
import type { Repeats } from "./repeats.ts";
import { asRow, INSERT } from "./rows.ts";

/** Puts one in, unless it is a repeat; within a transaction. */
export type PutOne = (entry: Entry) => PutResult;

/** Makes what puts one in. */
export function createPutOne(
	db: Database,
	repeats: Pick<Repeats, "first">,
): PutOne {
	const insert = db.prepare(INSERT);

	return function putOne(entry) {
		const first = entry.repeatKey && repeats.first(entry.repeatKey);
		if (first) return { kind: "duplicate", ...first };
		insert.insert(asRow(entry));
		return { kind: "new" };
	};
}
