import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { type RedisServer, startRedis } from "../../src/sandbox/redis.ts";
import { connect, redisForTests } from "../inbox/redis-server.ts";
import { type Campaign, startCampaign } from "./campaign.ts";
import type { Sent } from "./flood.ts";
import { createChance, FAULT_ROUNDS, FAULT_SEED, tell } from "./rounds.ts";
import { countsOf, NOTHING_WRONG, type Verdict } from "./verify.ts";

const available = await redisForTests();
const redisTest = test.skipIf(available === null);
// After each fault the drain may rest for its part, and so may each lease.
vi.setConfig({ testTimeout: 120_000 * FAULT_ROUNDS });

/** A fault comes after so many more acknowledgements at most. */
const MOST_BETWEEN = 80;
/** Redis is away for so long at the most, ms: now less than what a webhook waits for it, now more. */
const LONGEST_AWAY_MS = 4_000;

type Needs = {
	campaign: Campaign;
	redis: RedisServer;
	chance: () => number;
};

/** A Redis, and the program with its inbox in it. */
async function setUp() {
	const redis = await startRedis();
	if (redis === null) throw new Error("skipped without one");
	onTestFinished(redis.close);
	const campaign = await startCampaign({ env: { REDIS_URL: redis.url } });
	await campaign.start();
	return { redis, campaign };
}

/** Does it in a flood, each time after another number of acknowledgements; and what the second pass says. */
async function inFlood(
	fault: string,
	does: (needs: Needs) => Promise<void>,
): Promise<Verdict> {
	const { redis, campaign } = await setUp();
	const chance = createChance();
	const flood = campaign.flood();

	for (let nth = 0; nth < FAULT_ROUNDS; nth += 1) {
		await flood.more(1 + Math.floor(chance() * MOST_BETWEEN));
		await does({ campaign, redis, chance });
	}
	await flood.more(1);
	const verdict = await campaign.verify(await flood.end());

	tell(fault, {
		tried: FAULT_ROUNDS,
		seed: FAULT_SEED,
		...countsOf(verdict),
	});
	expect(verdict).toMatchObject(NOTHING_WRONG);
	expect(verdict.acknowledged).toBeGreaterThan(FAULT_ROUNDS);
	return verdict;
}

redisTest(
	"Redis killed with -9 in a flood, and started again, loses nothing that was acknowledged",
	async () => {
		const verdict = await inFlood(
			"Redis killed with -9",
			async ({ redis, chance }) => {
				await redis.kill();
				await pause(chance() * LONGEST_AWAY_MS);
				await redis.start();
			},
		);

		expect(verdict.unanswered).toBe(0);
	},
);

redisTest("a Redis that stands still in a flood loses nothing", async () => {
	const verdict = await inFlood(
		"Redis stopped where it stands",
		async ({ redis, chance }) => {
			process.kill(redis.pid, "SIGSTOP");
			await pause(chance() * LONGEST_AWAY_MS);
			process.kill(redis.pid, "SIGCONT");
		},
	);

	expect(verdict.unanswered).toBe(0);
});

redisTest(
	"kill -9 of the program in a flood loses nothing that Redis has",
	async () => {
		await inFlood(
			"the program killed with -9, its inbox in Redis",
			async ({ campaign }) => {
				await campaign.stop("SIGKILL");
				await campaign.start();
			},
		);
	},
);

redisTest(
	"a Redis that is emptied loses what it held, and neither the process nor what comes later",
	async () => {
		const { redis, campaign } = await setUp();
		const client = await connect(redis);
		const before = campaign.flood();
		await before.more(40);

		await client.call("FLUSHALL");
		await before.end();
		await client.call("FLUSHALL");
		const after = campaign.flood();
		await after.more(40);
		const later = await after.end();
		// What it held is nobody's word any more: what has a file is found all the same.
		const forgotten = before.sent.map(
			(one): Sent => ({
				...one,
				answer: { kind: "unanswered", code: "forgotten" },
			}),
		);
		const verdict = await campaign.verify([...forgotten, ...later]);

		tell("Redis emptied in a flood", { tried: 1, ...countsOf(verdict) });
		expect(verdict).toMatchObject(NOTHING_WRONG);
		expect(verdict.acknowledged).toBe(later.length);
	},
);
