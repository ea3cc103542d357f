import { statfsSync } from "node:fs";
import { Transient } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Database } from "./database.ts";
import { FULL_CODE, isFull } from "./faults.ts";
import { createForgetEnded } from "./room/forget-ended.ts";
import { createSpace, type SpaceOf } from "./room/space.ts";
import { withRoom } from "./room/with-room.ts";

/** What the disk has room for. */
export type Room = {
	/** Runs a transaction that takes in what is so large; what is kept for the rest it does not touch. @throws Transient where there is no room */
	put<T>(bytes: () => number, work: () => T): T;
	/** Takes the reserve, or takes it back, where there is room again. @throws Transient where nothing can be put in */
	keep(): void;
	/** The same database, which where the disk is full has the reserve to go on with. */
	db: Database;
};

type Needs = {
	db: Database;
	dir: string;
	log: Log;
	now: () => number;
	spaceOf?: SpaceOf;
};

/** A webhook is as large at the most, nearly always, bytes. */
const USUAL_BYTES = 64 * 1024;
/** Where nothing was found to prune, it is not looked for again so soon, ms. */
const BARREN_MS = 1000;

/** Keeps room on the disk for the endings of what waits: neither strangers nor webhooks can take it. */
export function createRoom({
	db,
	dir,
	log,
	now,
	spaceOf = statfsSync,
}: Needs): Room {
	const { size, reserve, left, hasRoom } = createSpace(db, dir, spaceOf);
	const ended = createForgetEnded(db);
	let isSaid = false;
	/** There is no reserve, though it was wanted; before it was, the disk is taken to have room. */
	let isTight = false;
	let barrenAt = Number.NEGATIVE_INFINITY;

	/** Forgets what has ended, until there is room for it and some to spare. */
	function prune(bytes: number): void {
		ended.forget(() => hasRoom(bytes + size / 4));
	}

	function makeRoom(): void {
		reserve.giveUp();
		isTight = true;
		if (!isSaid) log.error({ reserve_bytes: size }, "storage full");
		isSaid = true;
		emptyLog(db);
	}

	/** Within a transaction it is begun anew as a whole. */
	function write<T>(work: () => T): T {
		if (db.isInTransaction()) return work();
		// It may end what can be pruned then.
		barrenAt = Number.NEGATIVE_INFINITY;
		// Before the last of it is gone: to prune takes room, too. And what the log still holds could not be written into
		// the file where a change that is too large has taken all that is left.
		if (isTight) {
			emptyLog(db);
			prune(0);
		}
		try {
			return work();
		} catch (error) {
			if (!isFull(error)) throw error;
			makeRoom();
			prune(0);
			return work();
		}
	}

	/** @throws Transient where what is left is kept for what waits */
	function admit(bytes: number): void {
		if (hasRoom(bytes)) return;
		const isBarren = Math.abs(now() - barrenAt) < BARREN_MS;
		if (!isBarren) prune(bytes);
		if (hasRoom(bytes)) return;
		if (!isBarren) barrenAt = now();
		throw new Transient("the disk is full", { code: FULL_CODE });
	}

	return {
		put(bytes, work) {
			if (isTight) {
				emptyLog(db);
				admit(bytes());
			}
			try {
				return db.transaction(work);
			} catch (error) {
				if (!isFull(error)) throw error;
				makeRoom();
				admit(bytes());
				return db.transaction(work);
			}
		},
		keep() {
			const pruned = ended.takeCount();
			if (pruned > 0) log.warn({ pruned }, "recorded requests pruned for room");
			if (!reserve.held() && left() >= size + size / 2) reserve.take();
			isTight = !reserve.held();
			if (!reserve.held()) {
				void db.shrink().catch(() => {});
				return admit(USUAL_BYTES);
			}
			if (isSaid) log.info({}, "storage has room again");
			isSaid = false;
		},
		db: withRoom(db, write),
	};
}

/** The log of changes is written into the file, and begun anew: its own room on the disk stays ours. */
function emptyLog(db: Database): void {
	try {
		db.prepare("PRAGMA wal_checkpoint(RESTART)").get();
	} catch (error) {
		// Nor is there room for that; what is pruned may be.
		if (!isFull(error)) throw error;
	}
}
