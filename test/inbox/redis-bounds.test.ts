import { describe, expect, test } from "vitest";
import type { Entry } from "../../src/inbox/inbox.ts";
import { START } from "../set-up.ts";
import { deliveryId, entry, idsOf, ncaJobId } from "./entries.ts";
import { twoMachines } from "./redis-machine.ts";
import { redisForTests } from "./redis-server.ts";
import { JOB, RUN, THE_RUN } from "./seen.ts";

const server = await redisForTests();

describe.skipIf(server === null)("a put", () => {
	test("does not wait for ever for a Redis that answers only a part of it", async () => {
		const { first } = await twoMachines(server);
		const { inbox, door } = first;
		await inbox.put(entry("d1", { repeatKey: "a" }));
		door.bytes = () => new Promise(() => {});

		const put = inbox.put(entry("d2", { repeatKey: "a" }));

		await expect(put).rejects.toMatchObject({ code: "REDIS" });
	});

	test("is no repeat of one that Redis has lost", async () => {
		const { first } = await twoMachines(server);
		const { inbox, redis } = first;
		await inbox.put(entry("d1", { repeatKey: "a" }));
		await redis.call("DEL", "nca:request:d1");

		const second = await inbox.put(entry("d2", { repeatKey: "a" }));
		const third = await inbox.put(entry("d3", { repeatKey: "a" }));

		expect(second).toEqual({ kind: "new" });
		expect(third).toMatchObject({ kind: "duplicate", id: "d2" });
	});

	test("of one key on two machines at once is new to one of them", async () => {
		const { first, second } = await twoMachines(server);
		const puts = Array.from({ length: 40 }, (_, nth) =>
			(nth % 2 ? first : second).inbox.put(
				entry(`d${nth}`, { repeatKey: "a" }),
			),
		);

		const kinds = (await Promise.all(puts)).map(({ kind }) => kind);

		expect(kinds.filter((kind) => kind === "new")).toHaveLength(1);
		expect(idsOf(await first.inbox.claim(100, START))).toHaveLength(1);
	});

	test.each([
		["spaces and quotes", "a 'b' \"c\""],
		["line ends", "a\r\nb\n"],
		["a NUL", "a\0b"],
		["colons and braces", "nca:{x}:*:[a-z]"],
		["what is not ASCII", "ü \u2028 \u{1f600} \ud800"],
	])("keeps %s", async (_, odd) => {
		const { first } = await twoMachines(server);
		const { inbox } = first;
		const more: Partial<Entry> = {
			repeatKey: odd,
			query: odd,
			userAgent: odd,
			body: Buffer.from(odd),
		};

		await inbox.put(entry("d1", more));
		const repeat = await inbox.put(entry("d2", more));
		const [claim] = await inbox.claim(10, START);
		await inbox.end(
			new Map([[deliveryId("d1"), { kind: "park", reason: odd }]]),
		);

		expect(repeat).toMatchObject({ kind: "duplicate", id: "d1" });
		expect(claim).toMatchObject({ query: odd, body: Buffer.from(odd) });
		expect(await inbox.get("d1")).toMatchObject({
			reason: odd,
			userAgent: odd,
			state: "parked",
		});
	});
});

test.skipIf(server === null)(
	"a close takes up again all that was parked of its job, however much",
	async () => {
		const { first } = await twoMachines(server);
		const { inbox } = first;
		const count = 12_000;
		for (let at = 0; at < count; at += 1000)
			await Promise.all(
				Array.from({ length: 1000 }, (_, nth) =>
					inbox.put(
						entry(`p${at + nth}`, {
							state: "parked",
							reason: "unconfirmed",
							jobId: JOB,
							ncaJobId: ncaJobId(`other-${at + nth}`),
						}),
					),
				),
			);
		await inbox.put(entry("d1", { jobId: JOB, ncaJobId: RUN }));
		// As its holder does, however long it takes to put so many in.
		await first.lease.take();
		await inbox.claim(1, START);

		const ending = {
			kind: "done",
			verdict: "completed",
			closed: THE_RUN,
		} as const;
		const unclaimed = await inbox.end(new Map([[deliveryId("d1"), ending]]));

		expect(unclaimed).toEqual([]);
		expect(await inbox.list({ state: "parked", limit: 1 })).toEqual([]);
		expect(await inbox.get("d1")).toMatchObject({ state: "done" });
		expect(await inbox.claim(100, START)).toHaveLength(100);
	},
);

test.skipIf(server === null)(
	"many large bodies are claimed and searched",
	async () => {
		const { first } = await twoMachines(server);
		const { inbox } = first;
		const body = Buffer.alloc(1024 * 1024, "x");
		for (let nth = 0; nth < 60; nth += 1)
			await inbox.put(entry(`d${100 + nth}`, { body }));

		const claims = await inbox.claim(100, START);
		const found = await inbox.list({ text: "xyz", limit: 10 });

		expect(claims).toHaveLength(60);
		expect(claims.every((one) => one.body.equals(body))).toBe(true);
		expect(found).toEqual([]);
	},
);
