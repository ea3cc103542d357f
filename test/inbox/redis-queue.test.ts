import { describe, expect, test } from "vitest";
import { START } from "../set-up.ts";
import { entry, idsOf, putAll, retry } from "./entries.ts";
import { done, endOf, takeOver, twoMachines } from "./redis-machine.ts";
import { redisForTests } from "./redis-server.ts";

const server = await redisForTests();
const setUp = () => twoMachines(server);

describe.skipIf(server === null)("of several machines", () => {
	test("one takes out, and the others nothing", async () => {
		const { first, second } = await setUp();
		await putAll(second.inbox, entry("d1"), entry("d2"));

		const isItsToo = await second.lease.take();
		const others = await second.inbox.claim(10, START);
		const due = await second.inbox.nextDue();

		expect([isItsToo, others, due]).toEqual([false, [], null]);
		expect(idsOf(await first.inbox.claim(10, START))).toEqual(["d1", "d2"]);
	});

	test("who takes over has what the first held, and the late ending of the first changes nothing", async () => {
		const { first, second } = await setUp();
		await putAll(first.inbox, entry("d1"), entry("d2"));
		await first.inbox.claim(1, START);

		await takeOver({ first, second });
		const again = await second.inbox.claim(10, START);
		const refused = await first.inbox.end(endOf(done("late")));
		const accepted = await second.inbox.end(endOf(done("completed")));

		expect(idsOf(again)).toEqual(["d1", "d2"]);
		expect([refused, accepted]).toEqual([["d1"], []]);
		expect(await first.inbox.get("d1")).toMatchObject({
			state: "done",
			reason: "completed",
		});
	});

	test("one that lost the lease can neither claim nor end, though it does not know yet", async () => {
		const { first, second } = await setUp();
		await putAll(first.inbox, entry("d1"), entry("d2"));
		await first.inbox.claim(1, START);
		await takeOver({ first, second });

		const claimed = await first.inbox.claim(1, START);
		const unclaimed = await first.inbox.end(endOf(done("late")));

		expect(first.lease.held()).toBe(true);
		expect([claimed, unclaimed]).toEqual([[], ["d1"]]);
		expect(await second.inbox.get("d1")).toMatchObject({ state: "processing" });
	});

	test("what was not ended since the lease had run out here is given again, also where Redis still has it", async () => {
		const { first } = await setUp();
		await first.inbox.put(entry("d1"));
		await first.inbox.claim(1, START);
		first.advance(60_000);

		const unclaimed = await first.inbox.end(endOf(done("late")));
		await first.lease.take();
		const again = await first.inbox.claim(1, START);

		expect(unclaimed).toEqual(["d1"]);
		expect(idsOf(again)).toEqual(["d1"]);
	});

	test("another can replay while a claim is under way, and nothing is settled twice or lost", async () => {
		const { first, second } = await setUp();
		const { inbox, door, redis } = first;
		await putAll(inbox, entry("d1"), entry("d2"));
		await inbox.claim(1, START);
		await inbox.end(endOf(retry(START + 1000)));
		let replayed: string[] = [];
		door.commit = async (...args) => {
			door.commit = redis.commit;
			// It was read, and is not marked yet.
			replayed = await second.inbox.replay({ id: "d1" });
			return redis.commit(...args);
		};

		const claimed = await inbox.claim(10, START + 1000);
		await inbox.end(endOf(done("completed")));
		const more = await inbox.claim(10, START + 1000);

		expect(replayed).toEqual(["d1"]);
		expect(idsOf(claimed)).toEqual(["d1", "d2"]);
		expect(more).toEqual([]);
		expect(await inbox.nextDue()).toBeNull();
	});
});

test.skipIf(server === null)(
	"a delivery that stands in the queue twice is settled once",
	async () => {
		const { first } = await setUp();
		const { inbox, redis } = first;
		await inbox.put(entry("d1"));
		await redis.call("XADD", "nca:queue", "*", "id", "d1");

		const claimed = await inbox.claim(10, START);
		await inbox.end(endOf(done("completed")));
		const more = await inbox.claim(10, START);

		expect(idsOf(claimed)).toEqual(["d1"]);
		expect(more).toEqual([]);
		expect(await inbox.nextDue()).toBeNull();
	},
);
