import { join } from "node:path";
import { faultFields, Transient } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Evicted } from "../budget.ts";
import { ALWAYS } from "../lease.ts";
import type { Store } from "../store.ts";
import { carryOver } from "./carry-over.ts";
import type { Database } from "./database.ts";
import { suspect } from "./destroyed.ts";
import { isDestroyed, isOfTheMachine } from "./faults.ts";
import { createSqliteInbox } from "./inbox.ts";
import { createSqliteLedger } from "./ledger.ts";
import { migrations } from "./migrations.ts";
import { openDatabase } from "./open.ts";
import { replaceDestroyed } from "./replace.ts";
import { giveUpReserve } from "./room/reserve.ts";
import { createRoom, type Room } from "./room.ts";

type Needs = {
	dir: string;
	log: Log;
	now: () => number;
	evicted: Evicted;
	/** Ends the process as soon as what is under way has its answer: the next one looks the database through. */
	crash: (error: Error) => void;
};

/** On this machine's disk. Where its file is destroyed, it is moved aside, and a new one begun. @throws StoreHeld where another process has the folder */
export function openSqliteStore(needs: Needs): Store {
	const { dir, log, now } = needs;
	let aside: string | null = null;
	// A fault that a look through the file does not find is believed when it comes again.
	for (const isCertain of [false, true]) {
		try {
			return openInAnyRoom(needs, aside);
		} catch (error) {
			if (!isDestroyed(error)) throw error;
			const moved = replaceDestroyed(dir, now(), isCertain);
			if (moved !== null)
				log.error(
					{ moved_to: moved, ...faultFields(error) },
					"database destroyed",
				);
			aside = moved ?? aside;
		}
	}
	return openInAnyRoom(needs, aside);
}

/** On a full disk SQLite cannot even begin: it has the reserve for it. */
function openInAnyRoom(needs: Needs, aside: string | null): Store {
	try {
		return open(needs, aside);
	} catch (error) {
		const isMachines = isOfTheMachine(error) || error instanceof Transient;
		if (!isMachines || !giveUpReserve(needs.dir)) throw error;
		needs.log.error(faultFields(error), "reserve given up to start");
		return open(needs, aside);
	}
}

/** @param aside a destroyed one, from which what can be read is taken */
function open(needs: Needs, aside: string | null): Store {
	const { dir, log, crash } = needs;
	let isOpen = false;
	const db = openDatabase(dir, migrations, (error) => {
		if (isOpen) end(error);
	});
	try {
		if (aside !== null) carry(db, join(dir, aside), log);
		const store = storeOn(createRoom({ ...needs, db }), needs);
		isOpen = true;
		return store;
	} catch (error) {
		db.close();
		throw error;
	}

	function end(error: unknown): void {
		log.fatal(faultFields(error), "database damaged");
		try {
			suspect(dir);
		} catch (fault) {
			log.warn(faultFields(fault), "damage not marked");
		}
		crash(new Error("the database is damaged", { cause: error }));
	}
}

function carry(db: Database, file: string, log: Log): void {
	try {
		log.warn(
			{ carried: carryOver(db, file) },
			"waiting deliveries carried over",
		);
	} catch (error) {
		// What comes now must be taken all the same; the file is still there.
		log.error(faultFields(error), "waiting deliveries not carried over");
	}
}

function storeOn(room: Room, { now, evicted }: Needs): Store {
	const { db } = room;
	return {
		inbox: createSqliteInbox(db, now, room, evicted),
		ledger: createSqliteLedger(db, now),
		drain: ALWAYS,
		round: ALWAYS,
		pace: null,
		tells: false,
		ready: async () => {},
		start() {
			try {
				room.keep();
			} catch {
				// A disk that is full is met, and said, by whoever writes.
			}
			return async () => {};
		},
		close: () => db.close(),
	};
}
