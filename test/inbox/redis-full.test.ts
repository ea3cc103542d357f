import { describe, expect, test } from "vitest";
import { START } from "../set-up.ts";
import { entry, idsOf } from "./entries.ts";
import { done, endOf, twoMachines } from "./redis-machine.ts";
import { redisForTests } from "./redis-server.ts";

const server = await redisForTests();
const body = Buffer.alloc(100_000, "x");

/** A Redis that takes no more than it holds now. */
async function full() {
	const { first } = await twoMachines(server);
	const { redis } = first;
	const limit = async (bytes: number) => {
		await redis.call("CONFIG", "SET", "maxmemory", bytes);
	};
	return { ...first, fill: () => limit(1), empty: () => limit(0) };
}

describe.skipIf(server === null)("a Redis that is full", () => {
	test("refuses what comes, loses nothing of what waits, and goes on when there is room", async () => {
		const { inbox, fill, empty } = await full();
		await inbox.put(entry("d1"));
		await inbox.put(entry("d2", { state: "parked", reason: "no verdict" }));
		await fill();

		const refused = inbox.put(entry("d3"));
		await expect(refused).rejects.toMatchObject({ code: "REDIS_OOM" });
		await empty();
		const put = await inbox.put(entry("d4"));

		expect(put).toEqual({ kind: "new" });
		expect(idsOf(await inbox.list({ limit: 9 }))).toEqual(["d4", "d2", "d1"]);
	});

	test("forgets what has ended before it refuses, and takes what fits then", async () => {
		const { redis, inbox, empty } = await full();
		for (let nth = 0; nth < 100; nth += 1)
			await inbox.put(entry(`r${100 + nth}`, { state: "refused", body }));
		await inbox.put(entry("w1"));
		const info = await redis.call<string>("INFO", "memory");
		const used = Number(/used_memory:(\d+)/.exec(info)?.[1]);
		await redis.call("CONFIG", "SET", "maxmemory", used - 1_000_000);

		const put = await inbox.put(entry("w2"));
		await empty();

		expect(put).toEqual({ kind: "new" });
		expect(idsOf(await inbox.claim(9, START))).toEqual(["w1", "w2"]);
		expect(await inbox.list({ state: "refused", limit: 1 })).toEqual([]);
	});

	test("lets what waits be ended where there is something to forget", async () => {
		const { redis, inbox, empty } = await full();
		for (let nth = 0; nth < 100; nth += 1)
			await inbox.put(entry(`r${100 + nth}`, { state: "test", body }));
		await inbox.put(entry("d1"));
		await inbox.claim(1, START);
		const info = await redis.call<string>("INFO", "memory");
		const used = Number(/used_memory:(\d+)/.exec(info)?.[1]);
		await redis.call("CONFIG", "SET", "maxmemory", used - 1_000_000);

		const unclaimed = await inbox.end(endOf(done("completed")));
		await empty();

		expect(unclaimed).toEqual([]);
		expect(await inbox.get("d1")).toMatchObject({ state: "done" });
	});
});
