import { setTimeout as sleep } from "node:timers/promises";
import { faultFields } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Evicted } from "../budget.ts";
import type { Store } from "../store.ts";
import { openRedis } from "./client.ts";
import { warnOfLosses } from "./durability.ts";
import { DUE } from "./inbox/keys.ts";
import { createRedisInbox } from "./inbox.ts";
import { keepLease } from "./keep-lease.ts";
import { createRedisLease } from "./lease.ts";
import { createRedisLedger } from "./ledger.ts";
import { createRedisPace } from "./pace.ts";
import { placeAll } from "./upgrade.ts";

/** A Redis that is there answers sooner. */
const READY_WITHIN_MS = 2_000;

type Needs = {
	url: string;
	/** Marks this process among all. */
	machine: string;
	/** Of Airtable, over all machines. */
	requestsPerSecond: number;
	log: Log;
	now: () => number;
	evicted: Evicted;
};

/** Comes back at once, connected or not: while Redis cannot be reached nothing can be put in, and that is all. */
export function openRedisStore({
	url,
	machine,
	requestsPerSecond,
	log,
	now,
	evicted,
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
		placeAll(redis).catch((error) =>
			log.warn(faultFields(error), "earlier requests not placed"),
		);
	});
	// A lease runs out by the clock of Redis, so the one that tells it here is never turned either.
	const monotonic = () => performance.now();
	const common = { redis, machine, monotonic };
	const drain = createRedisLease({ ...common, name: "drain" });
	const inbox = createRedisInbox(redis, drain, now, evicted);
	return {
		inbox,
		ledger: createRedisLedger(redis),
		drain,
		round: createRedisLease({ ...common, name: "round" }),
		pace: createRedisPace({ redis, requestsPerSecond, machine }),
		tells: true,
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
