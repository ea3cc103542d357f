import { describe, expect, onTestFinished, test } from "vitest";
import { createRedisLedger } from "../../src/inbox/redis/ledger.ts";
import { openRedisStore } from "../../src/inbox/redis/store.ts";
import { placeAll } from "../../src/inbox/redis/upgrade.ts";
import { createLog } from "../../src/log.ts";
import { START } from "../set-up.ts";
import { deliveryId, entry } from "./entries.ts";
import { endOf, twoMachines } from "./redis-machine.ts";
import { redisForTests } from "./redis-server.ts";
import { JOB, seen } from "./seen.ts";

const server = await redisForTests();

/** A Redis on which an earlier version left one that waits for a field, one for its turn, and a stuck job. */
async function earlier() {
	const { first } = await twoMachines(server);
	const { inbox, redis } = first;
	const ledger = createRedisLedger(redis);
	await inbox.put(entry("d1"));
	await inbox.claim(1, START);
	await inbox.end(
		endOf({
			kind: "retry",
			dueAt: START + 5000,
			reason: "no such field",
			waiting: { what: "refused", since: START },
		}),
	);
	await inbox.put(entry("d2"));
	await ledger.listed([seen()], START, true);
	const before = await shown();
	const places = await redis.call<string[]>("KEYS", "nca:waiting:*");
	const states = await redis.call<string[]>("KEYS", "nca:jobs:*");
	await redis.call("DEL", "nca:waits", ...places, ...states);

	async function shown() {
		const jobs = await ledger.jobs({ limit: 9 });
		return {
			depth: await inbox.depth(),
			processing: await ledger.inProcessing(),
			jobs: jobs.map(({ jobId, state }) => [jobId, state]),
		};
	}
	return { inbox, redis, before, shown };
}

describe.skipIf(server === null)("a Redis of an earlier version", () => {
	test("shows what waits there, and what is stuck", async () => {
		const { redis, before, shown } = await earlier();

		await placeAll(redis);

		expect(before).toMatchObject({
			depth: { waiting: 2, waitingFor: { refused: 1 } },
			jobs: [[JOB, "stuck"]],
		});
		expect(await shown()).toEqual(before);
	});

	test("is gone through by the first that opens it", async () => {
		const { before, shown } = await earlier();

		const store = openRedisStore({
			url: server?.url ?? "",
			machine: "new",
			requestsPerSecond: 5,
			log: await createLog({ level: "silent", write: () => {} }),
			now: () => START,
			evicted: () => {},
		});
		onTestFinished(store.close);

		await expect.poll(shown).toEqual(before);
	});

	test("is gone through once", async () => {
		const { redis } = await earlier();
		await placeAll(redis);
		await redis.call("DEL", "nca:waits");

		await placeAll(redis);

		expect(await redis.call("EXISTS", "nca:waits")).toBe(0);
	});

	test("what ends while it is placed does not wait for ever", async () => {
		const { inbox, redis, shown } = await earlier();
		let ended = false;

		await placeAll({
			...redis,
			async commit(checks, commands) {
				if (!ended) {
					ended = true;
					await inbox.claim(9, START + 5000);
					await inbox.end(
						new Map([
							[deliveryId("d1"), { kind: "done", verdict: "completed" }],
							[deliveryId("d2"), { kind: "done", verdict: "completed" }],
						]),
					);
				}
				return redis.commit(checks, commands);
			},
		});

		expect((await shown()).depth).toMatchObject({ waiting: 0 });
	});
});
