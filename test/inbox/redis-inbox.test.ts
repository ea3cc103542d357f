import { describe } from "vitest";
import type { Evicted } from "../../src/inbox/budget.ts";
import type { Recorded } from "../../src/inbox/inbox.ts";
import { createRedisInbox } from "../../src/inbox/redis/inbox.ts";
import { createRedisLease } from "../../src/inbox/redis/lease.ts";
import { createRedisLedger } from "../../src/inbox/redis/ledger.ts";
import { START } from "../set-up.ts";
import { inboxContract } from "./contract.ts";
import { connect, redisForTests } from "./redis-server.ts";

const server = await redisForTests();

describe.skipIf(server === null)("with a Redis", () => {
	if (server === null) return;

	/** As a machine opens it that may take out. */
	async function open(evicted?: Evicted) {
		if (server === null) throw new Error("skipped without one");
		const redis = await connect(server);
		const lease = createRedisLease({
			redis,
			name: "drain",
			machine: "m",
			monotonic: () => performance.now(),
		});
		return {
			redis,
			lease,
			inbox: createRedisInbox(redis, lease, () => START, evicted),
		};
	}

	inboxContract("the inbox in Redis", async () => {
		const evicted: Recorded[] = [];
		let machine = await open((one) => evicted.push(one));
		await machine.redis.call("FLUSHALL");
		await machine.lease.take();
		return {
			inbox: machine.inbox,
			evicted: () => [...evicted],
			tallies: (since) => createRedisLedger(machine.redis).tallies(since),
			async reopen() {
				await machine.lease.release();
				machine.redis.close();
				machine = await open();
				await machine.lease.take();
				return machine.inbox;
			},
		};
	});
});
