import { describe, expect, test } from "vitest";
import { START } from "../set-up.ts";
import { entry, idsOf, putAll, retry } from "./entries.ts";
import { done, endOf, losingAnswer, twoMachines } from "./redis-machine.ts";
import { redisForTests } from "./redis-server.ts";

const server = await redisForTests();
const setUp = () => twoMachines(server);

describe.skipIf(server === null)("an answer of Redis that is lost", () => {
	test.each(["the reading", "the marking", "the bodies"])(
		"of a claim: %s; what it gave is given again",
		async (which) => {
			const { first } = await setUp();
			const { inbox, door, redis } = first;
			await putAll(inbox, entry("d1"), entry("d2"));
			if (which === "the marking") door.commit = losingAnswer(redis.commit);
			let reads = 0;
			const nth = which === "the reading" ? 1 : 2;
			if (which !== "the marking")
				door.bytes = async (keys) => {
					const bytes = await redis.bytes(keys);
					reads += 1;
					if (reads === nth) throw new Error("the answer was lost");
					return bytes;
				};

			await expect(inbox.claim(10, START)).rejects.toThrow("lost");
			const again = await inbox.claim(10, START);

			expect(idsOf(again)).toEqual(["d1", "d2"]);
		},
	);

	test("of an ending that is a retry: it is due at its time", async () => {
		const { first } = await setUp();
		const { inbox, door, redis } = first;
		await inbox.put(entry("d1"));
		await inbox.claim(1, START);
		door.commit = losingAnswer(redis.commit);
		await expect(inbox.end(endOf(retry(START + 5000)))).rejects.toThrow("lost");

		const unclaimed = await inbox.end(endOf(retry(START + 5000)));
		const later = await inbox.claim(1, START + 5000);

		expect(unclaimed).toEqual(["d1"]);
		expect(idsOf(later)).toEqual(["d1"]);
	});

	test("of an ending: a replay is taken", async () => {
		const { first } = await setUp();
		const { inbox, door, redis } = first;
		await inbox.put(entry("d1"));
		await inbox.claim(1, START);
		door.commit = losingAnswer(redis.commit);
		await expect(inbox.end(endOf(done("completed")))).rejects.toThrow("lost");
		await inbox.end(endOf(done("completed")));

		await inbox.replay({ id: "d1" });

		expect(idsOf(await inbox.claim(1, START))).toEqual(["d1"]);
	});
});

test.skipIf(server === null)(
	"a Redis that was rolled back to before a claim gives it again",
	async () => {
		const { first } = await setUp();
		const { inbox, redis } = first;
		await inbox.put(entry("d1"));
		const [text] = await redis.bytes(["nca:request:d1"]);
		await inbox.claim(1, START);
		// What a Redis has that lost its last second.
		await redis.call("DEL", "nca:queue");
		await redis.call("XADD", "nca:queue", "*", "id", "d1");
		await redis.call("SET", "nca:request:d1", String(text));

		const unclaimed = await inbox.end(endOf(done("completed")));

		expect(unclaimed).toEqual(["d1"]);
		expect(idsOf(await inbox.claim(1, START))).toEqual(["d1"]);
	},
);

test.skipIf(server === null)(
	"a Redis that has lost everything goes on from nothing",
	async () => {
		const { first, second } = await setUp();
		await first.inbox.put(entry("d1"));
		await first.inbox.claim(1, START);
		await first.redis.call("FLUSHALL");

		const unclaimed = await first.inbox.end(endOf(done("completed")));
		await second.inbox.put(entry("d2"));
		await first.lease.take();

		expect(unclaimed).toEqual(["d1"]);
		expect(idsOf(await first.inbox.claim(10, START))).toEqual(["d2"]);
	},
);
