import { describe, expect, test } from "vitest";
import { createRedisLease } from "../../src/inbox/redis/lease.ts";
import { runOut } from "./redis-machine.ts";
import { connect, redisForTests } from "./redis-server.ts";

const server = await redisForTests();
/** How long a lease lasts, ms. */
const LEASE_MS = 10_000;
const KEY = "nca:lease:drain";

/** Two machines that want one lease, on an empty Redis. */
async function setUp() {
	if (server === null) throw new Error("skipped without one");
	const redis = await connect(server);
	await redis.call("FLUSHALL");
	let time = 0;
	const lease = (machine: string, name = "drain") =>
		createRedisLease({ redis, name, machine, monotonic: () => time });
	return {
		redis,
		lease,
		first: lease("first"),
		second: lease("second"),
		advance(ms: number) {
			time += ms;
		},
	};
}

describe.skipIf(server === null)("one machine at a time has the lease", () => {
	test("the first that asks, as often as it asks", async () => {
		const { first, second } = await setUp();

		const taken = [await first.take(), await second.take(), await first.take()];

		expect(taken).toEqual([true, false, true]);
		expect([first.held(), second.held()]).toEqual([true, false]);
	});

	test("a lease of another name is another", async () => {
		const { first, lease } = await setUp();

		expect(await first.take()).toBe(true);
		expect(await lease("second", "round").take()).toBe(true);
	});

	test("one that is let go is another's at once, under a higher number", async () => {
		const { first, second } = await setUp();
		await first.take();
		const before = first.check()?.value;

		await first.release();

		expect([first.held(), first.check()]).toEqual([false, null]);
		expect(await second.take()).toBe(true);
		expect([before, second.check()?.value]).toEqual(["1:first", "2:second"]);
	});

	test("to let go what is another's takes nothing from it", async () => {
		const { redis, first, second } = await setUp();
		await first.take();
		await runOut(redis);
		await second.take();

		await first.release();

		expect(await first.take()).toBe(false);
		await expect(second.confirm()).resolves.toBeUndefined();
	});

	test("who has it again has it under a new number", async () => {
		const { redis, first } = await setUp();
		await first.take();
		await runOut(redis);

		await first.take();

		expect(first.check()).toEqual({ key: KEY, value: "2:first" });
	});
});

describe.skipIf(server === null)("a lease runs out", () => {
	test("in Redis, unless it is held on", async () => {
		const { redis, first, lease } = await setUp();
		await first.take();
		const taken = await redis.call<number>("PTTL", KEY);
		await redis.call("PEXPIRE", KEY, 1000);
		await first.take();
		const renewed = await redis.call<number>("PTTL", KEY);
		await redis.call("PEXPIRE", KEY, 1000);
		await first.confirm();
		const confirmed = await redis.call<number>("PTTL", KEY);

		for (const left of [taken, renewed, confirmed]) {
			expect(left).toBeGreaterThan(1000);
			expect(left).toBeLessThanOrEqual(LEASE_MS);
		}
		expect(await lease("third").take()).toBe(false);
	});

	test("here, by a clock that is never set, though Redis says nothing", async () => {
		const { first, advance } = await setUp();
		await first.take();

		advance(LEASE_MS - 1);
		const before = first.held();
		advance(1);

		expect([before, first.held(), first.check()]).toEqual([true, false, null]);
	});

	test("its time counts from when it was asked for, not from the answer", async () => {
		const { redis, advance } = await setUp();
		let time = 0;
		const slow = createRedisLease({
			redis: {
				...redis,
				script: (lua) => {
					const run = redis.script(lua);
					return async (...args) => {
						const answer = await run(...args);
						time += 4000;
						return answer as never;
					};
				},
			},
			name: "drain",
			machine: "slow",
			monotonic: () => time,
		});
		advance(0);
		await slow.take();

		time += LEASE_MS - 4000;

		expect(slow.held()).toBe(false);
	});

	test("to confirm one that is another's by now throws, and it is known to be lost", async () => {
		const { redis, first, second } = await setUp();
		await first.take();
		await runOut(redis);
		await second.take();

		await expect(first.confirm()).rejects.toMatchObject({ code: "LEASE" });

		expect(first.held()).toBe(false);
	});

	test("to confirm one that ran out here throws without asking", async () => {
		const { first, advance } = await setUp();
		await first.take();
		advance(LEASE_MS);

		await expect(first.confirm()).rejects.toMatchObject({ code: "LEASE" });
	});
});

describe.skipIf(server === null)("a clock of Redis that is set back", () => {
	test("keeps nobody from the lease of one that died", async () => {
		const { redis, first, second } = await setUp();
		await first.take();
		// What is left of a lease then.
		await redis.call("PEXPIRE", KEY, 3_600_000);

		expect(await second.take()).toBe(true);
		await expect(first.confirm()).rejects.toMatchObject({ code: "LEASE" });
	});

	test("costs one that lives nothing", async () => {
		const { redis, first, second } = await setUp();
		await first.take();
		await redis.call("PEXPIRE", KEY, 3_600_000);

		await first.take();

		expect(first.check()?.value).toBe("1:first");
		expect(await second.take()).toBe(false);
	});
});
