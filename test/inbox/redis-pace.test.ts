import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createLimiter } from "../../src/airtable/limiter.ts";
import {
	CAUTIOUS_MS,
	LOCKOUT_MS,
	LONGEST_WAY_MS,
	type Pace,
	SLACK_MS,
} from "../../src/airtable/pace.ts";
import type { Redis } from "../../src/inbox/redis/client.ts";
import { createRedisPace } from "../../src/inbox/redis/pace.ts";
import { connect, redisForTests } from "./redis-server.ts";

const server = await redisForTests();

/** So slow that no machine is too slow for the test: one in ten seconds. */
const SLOW = 0.1;
const WINDOW_MS = 10_000;

/** What a pace keeps its times in. */
const FREE = "nca:pace:free";
const LATEST = "nca:pace:latest";

async function setUp() {
	if (server === null) throw new Error("skipped without one");
	const redis = await connect(server);
	await redis.call("FLUSHALL");
	const pace = (machine: string, requestsPerSecond: number) =>
		createRedisPace({ redis, machine, requestsPerSecond });
	return { redis, pace };
}

/** The clock of Redis, ms. */
async function timeOf(redis: Redis): Promise<number> {
	const [seconds, micros] = await redis.call<string[]>("TIME");
	return Number(seconds) * 1000 + Number(micros) / 1000;
}

/** Every time that is kept is put off, as where the clock of Redis is set by so much, ms. */
async function setClock(redis: Redis, ms: number): Promise<void> {
	const free = await redis.call<string | null>("GET", FREE);
	if (free !== null) await redis.call("SET", FREE, Number(free) - ms);
	const latest = await redis.call<string[]>("HGETALL", LATEST);
	for (let at = 0; at < latest.length; at += 2)
		await redis.call(
			"HSET",
			...([LATEST, latest[at] ?? ""] as const),
			Number(latest[at + 1]) - ms,
		);
}

/** Takes, each answered at once, until it has to wait. @returns how many, and for how long then, ms */
async function burst(pace: Pace): Promise<{ taken: number; waitMs: number }> {
	for (let taken = 0; ; taken += 1) {
		const one = await pace.take("GET");
		if ("waitMs" in one) return { taken, waitMs: one.waitMs };
		await pace.answered(one.id, 0);
	}
}

const waitOf = async (pace: Pace) => {
	const taken = await pace.take("GET");
	return "waitMs" in taken ? taken.waitMs : 0;
};

describe.skipIf(server === null)("machines share one pace", () => {
	test("never more than the limit comes in any second, whoever sends", async () => {
		const { redis, pace } = await setUp();
		const came: number[] = [];
		const monotonic = () => performance.now();
		const limiters = ["first", "second", "third"].map((machine) =>
			createLimiter({ pace: pace(machine, 20), monotonic, sleep }),
		);
		const one = async (nth: number) => {
			const over = await limiters[nth % 3]?.turn("GET");
			came.push(await timeOf(redis));
			over?.(true);
		};

		await Promise.all(Array.from({ length: 50 }, (_, nth) => one(nth)));

		came.sort((a, b) => a - b);
		const seconds = came.slice(20).map((at, nth) => at - (came[nth] ?? 0));
		expect(came).toHaveLength(50);
		expect(Math.min(...seconds)).toBeGreaterThanOrEqual(1000);
	});

	test("what one took the other waits for, evenly spaced", async () => {
		const { pace } = await setUp();

		const taken = await pace("first", SLOW).take("GET");
		const wait = await waitOf(pace("second", SLOW));

		expect(taken).toHaveProperty("id");
		expect(wait).toBeGreaterThan(0);
		expect(wait).toBeLessThanOrEqual(WINDOW_MS);
	});

	test("a 429 to one stops all for 30 s, and halves the pace for ten minutes", async () => {
		const { redis, pace } = await setUp();
		const [first, second] = [pace("first", SLOW), pace("second", SLOW)];
		await first.throttled();

		const locked = await waitOf(second);
		await setClock(redis, LOCKOUT_MS);
		const answered = await second.take("GET");
		if ("id" in answered) await second.answered(answered.id, 0);
		const cautious = await waitOf(first);

		expect(locked).toBeGreaterThan(LOCKOUT_MS - 10_000);
		expect(locked).toBeLessThanOrEqual(LOCKOUT_MS);
		expect(answered).toHaveProperty("id");
		expect(cautious).toBeGreaterThan(WINDOW_MS);
		expect(cautious).toBeLessThanOrEqual(2 * WINDOW_MS + SLACK_MS);
		const left = await redis.call<number>("PTTL", "nca:pace:cautious");
		expect(left).toBeGreaterThan(CAUTIOUS_MS - 60_000);
		expect(left).toBeLessThanOrEqual(CAUTIOUS_MS);
	});

	test("an answer that came to one opens the way for the other", async () => {
		const { redis, pace } = await setUp();
		const [first, second] = [pace("first", SLOW), pace("second", SLOW)];
		const taken = await first.take("GET");
		if (!("id" in taken)) throw new Error("it had to wait");
		const unanswered = await waitOf(second);
		await first.answered(taken.id, 0);
		const answered = await waitOf(second);
		await setClock(redis, WINDOW_MS + SLACK_MS);

		// Asked for again soon, since the answer comes to another machine.
		expect(unanswered).toBeLessThanOrEqual(40);
		expect(answered).toBeGreaterThan(40);
		expect(await waitOf(second)).toBe(0);
	});

	test("what was never answered blocks no longer than a request can be under way", async () => {
		const { redis, pace } = await setUp();
		await pace("first", 1).take("GET");

		await setClock(redis, LONGEST_WAY_MS);
		const under = await waitOf(pace("second", 1));
		await setClock(redis, 1100);

		expect(under).toBeGreaterThan(0);
		expect(await waitOf(pace("second", 1))).toBe(0);
	});

	test("a limit that was lowered holds at once", async () => {
		const { redis, pace } = await setUp();
		const many = pace("first", 1000);
		const take = async () => {
			const taken = await many.take("GET");
			if ("id" in taken) await many.answered(taken.id, 0);
			await redis.call("DEL", FREE);
		};
		for (let nth = 0; nth < 10; nth += 1) await take();
		await setClock(redis, 2 * WINDOW_MS);
		await take();

		expect(await waitOf(pace("second", SLOW))).toBeGreaterThan(0);
	});
});

describe.skipIf(server === null)("the clock of Redis", () => {
	test.each([3_600_000, 10_000])(
		"set back by %i ms, stops nobody for longer than a request can be under way and its window",
		async (ms) => {
			const { redis, pace } = await setUp();
			const first = pace("first", 1);
			await burst(first);
			await setClock(redis, -ms);

			const wait = await waitOf(first);

			expect(wait).toBeLessThanOrEqual(Math.min(ms, LOCKOUT_MS) + 1100);
		},
	);

	test("set back by an hour, stops nobody for ever after a 429", async () => {
		const { redis, pace } = await setUp();
		const first = pace("first", 1);
		await first.throttled();

		await setClock(redis, -3_600_000);

		expect(await waitOf(first)).toBe(0);
	});

	test("set forward, stops nobody", async () => {
		const { redis, pace } = await setUp();
		const first = pace("first", 1);
		await burst(first);

		await setClock(redis, 3_600_000);

		expect(await waitOf(first)).toBe(0);
	});
});

test.skipIf(server === null)(
	"a Redis that has lost a part of the pace, or all of it, stops nobody",
	async () => {
		const { redis, pace } = await setUp();
		const first = pace("first", 1);
		await burst(first);
		await redis.call("DEL", LATEST);
		await redis.call("DEL", FREE);

		expect(await waitOf(first)).toBe(0);
	},
);
