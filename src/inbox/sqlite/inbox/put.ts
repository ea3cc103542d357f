import { entryBytes } from "../../budget.ts";
import type { Entry, PutResult } from "../../inbox.ts";
import type { Database } from "../database.ts";
import { isFull, isLocked } from "../faults.ts";
import type { Room } from "../room.ts";

/** An entry, and what came of putting it. */
export type Put = { entry: Entry; result: PutResult };

type Waiting = {
	entry: Entry;
	resolve: (result: PutResult) => void;
	reject: (error: unknown) => void;
	/** How often another process was in the way. */
	locked: number;
};

/** Where another process has the database, it is tried again after so long, ms, and so often: some five seconds in all. */
const AGAIN_MS = 200;
const TIMES = 16;

/**
 * Puts the entries of one turn of the event loop in one transaction, since what a commit costs is the wait for the
 * disk. None is settled before the commit. What one alone meets is its own; where the transaction fails, all fail, but for a
 * lock of another process: for that the sender waits, and the event loop does not.
 * @param wasPut told of those of a group that were put, in their transaction
 * @param tidy what is done now and then, when those of a group have their answer
 */
export function createGroupPut(
	db: Pick<Database, "isInTransaction">,
	room: Pick<Room, "put">,
	putOne: (entry: Entry) => PutResult,
	wasPut: (group: readonly Put[]) => void,
	tidy: () => void,
	later: (work: () => void, ms: number) => void = setTimeout,
) {
	let group: Waiting[] = [];

	function commit(): void {
		const all = group;
		group = [];
		let settlings: (() => void)[];
		try {
			settlings = room.put(bytesOf(all), () => {
				const done: Put[] = [];
				const tell = all.map((one) => put(one, done));
				wasPut(done);
				return tell;
			});
		} catch (error) {
			failed(all, error);
			return;
		}
		for (const settle of settlings) settle();
		setImmediate(tidyUp);
	}

	function failed(all: readonly Waiting[], error: unknown): void {
		for (const one of all) {
			one.locked += 1;
			// What comes meanwhile goes with those.
			if (isLocked(error) && one.locked < TIMES) group.push(one);
			else one.reject(error);
		}
		if (group.length > 0) later(commit, AGAIN_MS);
	}

	function tidyUp(): void {
		try {
			tidy();
		} catch {
			// The store takes no more now; it is tried again after the next group.
		}
	}

	/** @returns what tells its sender, once all of it is on the disk */
	function put({ entry, resolve, reject }: Waiting, done: Put[]): () => void {
		try {
			const result = putOne(entry);
			done.push({ entry, result });
			return () => resolve(result);
		} catch (error) {
			// Where the disk is full all are tried again; or SQLite gave up the whole of it.
			if (isFull(error) || !db.isInTransaction()) throw error;
			return () => reject(error);
		}
	}

	return (entry: Entry): Promise<PutResult> =>
		new Promise((resolve, reject) => {
			if (group.length === 0) setImmediate(commit);
			group.push({ entry, resolve, reject, locked: 0 });
		});
}

/** What it takes on the disk, about. */
function bytesOf(group: readonly Waiting[]): () => number {
	return () => group.reduce((sum, { entry }) => sum + entryBytes(entry), 0);
}
