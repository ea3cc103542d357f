import { DatabaseSync, type SQLInputValue } from "node:sqlite";

/** By column. */
export type Row = Record<string, unknown>;
/** What a column can hold; no `Date`, which would be stored as NULL without a word. */
export type Bindable = SQLInputValue;
type Values = Record<string, Bindable>;

/** One prepared statement; values are bound by name. */
type Statement = {
	run(values?: Values): number;
	get(values?: Values): Row | undefined;
	all(values?: Values): Row[];
	/** Bound by position, which takes half the time: for what is done with each webhook. */
	insert(values: readonly Bindable[]): void;
};

/** The one database file of this process, and the lock that keeps it its own. */
export type Database = {
	prepare(sql: string): Statement;
	/** All of `work`, or nothing of it. */
	transaction<T>(work: () => T): T;
	isInTransaction(): boolean;
	/** Gives the disk back what the file has no use for, a little at a time. */
	shrink(): Promise<void>;
	close(): void;
};

/** A file that is open, in SQLite's own words: for those that open one. */
export type Connection = DatabaseSync;

/** Opens a file. @param timeout how long another process that has it is waited for, ms */
export function connect(
	file: string,
	options: { timeout?: number; readOnly?: boolean },
): Connection {
	return new DatabaseSync(file, options);
}

/** Rows of a file that nobody writes, as far as they can be read. @throws an error that `isDestroyed` where they end before their end */
export function* rowsOf(file: string, sql: string): Generator<Row> {
	const db = connect(file, { readOnly: true });
	try {
		yield* db.prepare(sql).iterate();
	} finally {
		db.close();
	}
}
