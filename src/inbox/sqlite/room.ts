import { statfsSync } from "node:fs";
import { Transient } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { ENDED } from "../inbox.ts";
import type { Database } from "./database.ts";
import { FULL_CODE, isFull } from "./faults.ts";
import { LOWER } from "./inbox/repeats.ts";
import { quoted } from "./quoted.ts";
import { createReserve } from "./reserve.ts";

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
	/** In blocks, and the size of one, bytes. */
	spaceOf?: (dir: string) => { bavail: number; blocks: number; bsize: number };
};

const MB = 1024 * 1024;
/** With it the log of changes can be written into the file and begun anew, whatever else fills the disk; bytes. */
const LARGEST_RESERVE = 16 * MB;
/** Of a small disk it is this part. */
const PART = 8;
/** So many rows are looked at at once, and so often, while a sender waits. */
const TURN = 500;
const TURNS = 40;
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
	const { bsize, blocks } = spaceOf(dir);
	const size = Math.min(LARGEST_RESERVE, Math.floor((bsize * blocks) / PART));
	const reserve = createReserve(dir, size);
	const pageBytes = numberOf("page_size");
	// The log never grows over what the reserve can take up.
	if (size < LARGEST_RESERVE) {
		const pages = Math.max(1, Math.floor(size / pageBytes));
		db.prepare(`PRAGMA wal_autocheckpoint = ${pages}`).get();
		db.prepare(`PRAGMA journal_size_limit = ${size}`).get();
	}
	const edge = db.prepare(`
		SELECT seq FROM deliveries WHERE seq > $from ORDER BY seq LIMIT 1 OFFSET ${TURN - 1}`);
	const forget = db.prepare(`
		DELETE FROM deliveries
		WHERE seq > $from AND seq <= $to AND state IN (${quoted(ENDED)})`);
	const lower = db.prepare(LOWER);
	let isSaid = false;
	/** There is no reserve, though it was wanted; before it was, the disk is taken to have room. */
	let isTight = false;
	let pruned = 0;
	/** All before it has been looked at. */
	let from = 0;
	let barrenAt = Number.NEGATIVE_INFINITY;

	function numberOf(pragma: string): number {
		return Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
	}

	/** Of the disk, and of the file where nothing stands any more; bytes. */
	function left(): number {
		const { bavail, bsize } = spaceOf(dir);
		return bavail * bsize + numberOf("freelist_count") * pageBytes;
	}

	function hasRoom(bytes: number): boolean {
		return reserve.held() || left() >= size + bytes;
	}

	/** Forgets what has ended, oldest first, until there is room for it and some to spare. */
	function prune(bytes: number): void {
		for (let turn = 0; turn < TURNS && !hasRoom(bytes + size / 4); turn += 1) {
			const to = edge.get({ $from: from })?.seq as number | undefined;
			const bounds = { $from: from, $to: to ?? Number.MAX_SAFE_INTEGER };
			pruned += db.transaction(() => {
				const count = forget.run(bounds);
				lower.run();
				return count;
			});
			from = to ?? 0;
			if (to === undefined) break;
		}
	}

	function makeRoom(): void {
		reserve.giveUp();
		isTight = true;
		if (!isSaid) log.error({ reserve_bytes: size }, "storage full");
		isSaid = true;
		emptyLog();
	}

	/** The log of changes is written into the file, and begun anew: its own room on the disk stays ours. */
	function emptyLog(): void {
		try {
			db.prepare("PRAGMA wal_checkpoint(RESTART)").get();
		} catch (error) {
			// Nor is there room for that; what is pruned may be.
			if (!isFull(error)) throw error;
		}
	}

	/** Within a transaction it is begun anew as a whole. */
	function write<T>(work: () => T): T {
		if (db.isInTransaction()) return work();
		// It may end what can be pruned then.
		barrenAt = Number.NEGATIVE_INFINITY;
		// Before the last of it is gone: to prune takes room, too. And what the log still holds could not be written into
		// the file where a change that is too large has taken all that is left.
		if (isTight) {
			emptyLog();
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
				emptyLog();
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
			if (pruned > 0) log.warn({ pruned }, "recorded requests pruned for room");
			pruned = 0;
			if (!reserve.held() && left() >= size + size / 2) reserve.take();
			isTight = !reserve.held();
			if (!reserve.held()) {
				void db.shrink().catch(() => {});
				return admit(USUAL_BYTES);
			}
			if (isSaid) log.info({}, "storage has room again");
			isSaid = false;
		},
		db: {
			...db,
			transaction: (work) => write(() => db.transaction(work)),
			prepare(sql) {
				const { run, get, all, insert } = db.prepare(sql);
				return {
					run: (values) => write(() => run(values)),
					get: (values) => write(() => get(values)),
					all: (values) => write(() => all(values)),
					insert: (values) => write(() => insert(values)),
				};
			},
		},
	};
}
