import { setTimeout as sleep } from "node:timers/promises";
import type { Pace } from "../airtable/pace.ts";
import type { Log } from "../log.ts";
import type { Inbox } from "./inbox.ts";
import { keepLease } from "./keep-lease.ts";
import { ALWAYS, type Lease } from "./lease.ts";
import type { Ledger } from "./ledger.ts";
import { migrations } from "./migrations.ts";
import { openRedis } from "./redis.ts";
import { warnOfLosses } from "./redis-durability.ts";
import { createRedisInbox } from "./redis-inbox.ts";
import { createRedisLease } from "./redis-lease.ts";
import { createRedisLedger } from "./redis-ledger.ts";
import { createRedisPace } from "./redis-pace.ts";
import { DUE } from "./redis-requests.ts";
import { openDatabase } from "./sqlite.ts";
import { createSqliteInbox } from "./sqlite-inbox.ts";
import { createSqliteLedger } from "./sqlite-ledger.ts";

/** Where everything is kept: on this machine's disk, or in a Redis that several machines share. */
export type Store = {
	inbox: Inbox;
	ledger: Ledger;
	/** Who holds it takes out of the inbox, and writes to Airtable. */
	drain: Lease;
	/** Who holds it polls. */
	round: Lease;
	/** The pace of the base, where machines share it. */
	pace: Pace | null;
	/** Resolves when it can be used, or when that takes too long to wait for. */
	ready(): Promise<void>;
	/** Begins to hold the drain, where others want it too. @returns what ends that */
	start(hooks: Hooks): () => Promise<void>;
	close(): void;
};

type Hooks = {
	/** Something is due, or the drain is ours. */
	wake: () => void;
	/** Runs a write to the store, and remembers how it went. */
	watch: <T>(write: () => Promise<T>) => Promise<T>;
};

/** @throws StoreHeld where another process has the folder */
export function openSqliteStore(dir: string): Store {
	const db = openDatabase(dir, migrations);
	return {
		inbox: createSqliteInbox(db),
		ledger: createSqliteLedger(db),
		drain: ALWAYS,
		round: ALWAYS,
		pace: null,
		ready: async () => {},
		start: () => async () => {},
		close: () => db.close(),
	};
}

/** A Redis that is there answers sooner. */
const READY_WITHIN_MS = 2_000;

type Needs = {
	url: string;
	/** Marks this process among all. */
	machine: string;
	/** Of Airtable, over all machines. */
	requestsPerSecond: number;
	log: Log;
};

/** Comes back at once, connected or not: while Redis cannot be reached nothing can be put in, and that is all. */
export function openRedisStore({
	url,
	machine,
	requestsPerSecond,
	log,
}: Needs): Store {
	let isReached = true;
	const redis = openRedis({
		url,
		onFault(why) {
			if (isReached) log.error({ why }, "redis lost");
			isReached = false;
		},
	});
	redis.onReady(() => {
		log.info({}, "redis reached");
		isReached = true;
		void warnOfLosses(redis, log);
	});
	// A lease runs out by the clock of Redis, so the one that tells it here is never turned either.
	const monotonic = () => performance.now();
	const common = { redis, machine, monotonic };
	const drain = createRedisLease({ ...common, name: "drain" });
	const inbox = createRedisInbox(redis, drain);
	return {
		inbox,
		ledger: createRedisLedger(redis),
		drain,
		round: createRedisLease({ ...common, name: "round" }),
		pace: createRedisPace({ redis, requestsPerSecond, machine }),
		ready: () =>
			Promise.race([
				new Promise<void>((resolve) => redis.onReady(resolve)),
				sleep(READY_WITHIN_MS, undefined, { ref: false }),
			]),
		start({ wake, watch }) {
			redis.listen(DUE, wake);
			return keepLease({
				lease: drain,
				taken: wake,
				// A Redis that is full can be asked for the lease, and takes nothing.
				watch: (ask) =>
					watch(async () => {
						await inbox.probe();
						return ask();
					}),
				log,
			});
		},
		close: redis.close,
	};
}
