import { describe, expect, test } from "vitest";
import { createRedisLedger } from "../../src/inbox/redis/ledger.ts";
import { HOUR, START } from "../set-up.ts";
import { announced, arrival, DAY } from "./awaited.ts";
import { connect, redisForTests } from "./redis-server.ts";
import { JOB, seen } from "./seen.ts";

const server = await redisForTests();
const KEY = `webhook:expected:${JOB}`;

/** The ledger in an empty Redis. */
async function setUp() {
	if (server === null) throw new Error("skipped without one");
	const redis = await connect(server);
	await redis.call("FLUSHALL");
	return { redis, ledger: createRedisLedger(redis) };
}

describe.skipIf(server === null)("webhook:expected:{job_id}", () => {
	test("says what is waited for, for a day", async () => {
		const { redis, ledger } = await setUp();

		await ledger.expect(announced());
		const text = await redis.call<string>("GET", KEY);
		const left = await redis.call<number>("TTL", KEY);

		expect(JSON.parse(text)).toEqual({
			operation: "combine",
			created_at: new Date(START).toISOString(),
			attempts: 0,
		});
		expect(left).toBeGreaterThan(86_000);
		expect(left).toBeLessThanOrEqual(86_400);
	});

	test("counts the looks, and lives no longer for it", async () => {
		const { redis, ledger } = await setUp();
		await ledger.expect(announced());
		await redis.call("EXPIRE", KEY, 1000);

		await ledger.attempted([JOB]);

		const text = await redis.call<string>("GET", KEY);
		expect(JSON.parse(text)).toMatchObject({ attempts: 1 });
		expect(await redis.call<number>("TTL", KEY)).toBeLessThanOrEqual(1000);
	});

	test("is not made again by a look once its day is over", async () => {
		const { redis, ledger } = await setUp();
		await ledger.expect(announced());
		await redis.call("DEL", KEY);

		await ledger.attempted([JOB]);

		expect(await redis.call("EXISTS", KEY)).toBe(0);
	});

	test("is gone once the webhook is here, or nobody waits for it", async () => {
		const { redis, ledger } = await setUp();
		await ledger.expect(announced());
		await ledger.arrived([arrival()]);
		const arrived = await redis.call("EXISTS", KEY);
		await ledger.expect(announced({ at: START + HOUR, ncaJobId: null }));
		await ledger.resolved([JOB], START + HOUR);

		expect([arrived, await redis.call("EXISTS", KEY)]).toEqual([0, 0]);
	});
});

test.skipIf(server === null)(
	"what stands in a list and is lost otherwise holds no round up, and no clean-up",
	async () => {
		const { redis, ledger } = await setUp();
		await ledger.expect(announced());
		await ledger.listed([seen()], START, true);
		await redis.call("DEL", `nca:job:${JOB}`);

		await ledger.listed([], START + HOUR, true);
		await ledger.prune(START + 10 * DAY, START + 100 * DAY);

		for (const set of ["listed", "expected", "jobs"])
			expect(await redis.call("EXISTS", `nca:${set}`)).toBe(0);
	},
);
