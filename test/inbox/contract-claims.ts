import { expect, test } from "vitest";
import type { Inbox } from "../../src/inbox/inbox.ts";
import { HOUR, START } from "../set-up.ts";
import type { Open } from "./contract.ts";
import { deliveryId, entry, idsOf, putAll, retry } from "./entries.ts";

/** Claims what is due, and says when each is due again. */
async function retryAt(inbox: Inbox, times: Record<string, number>) {
	await inbox.claim(100, START);
	const endings = Object.entries(times).map(
		([id, dueAt]) => [deliveryId(id), retry(dueAt)] as const,
	);
	await inbox.end(new Map(endings));
}

export function claimsContract(open: Open): void {
	test("what was accepted is due at once, the oldest first", async () => {
		const { inbox } = await open();
		await putAll(inbox, entry("d1"), entry("d2"), entry("d3"));

		const first = await inbox.claim(2, START);
		const second = await inbox.claim(2, START);

		expect(idsOf(first)).toEqual(["d1", "d2"]);
		expect(idsOf(second)).toEqual(["d3"]);
	});

	test("it is due even where the clock was set back", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1", { receivedAt: START }));

		expect(await inbox.claim(10, START - 1_000_000)).toHaveLength(1);
	});

	test("a claim holds what settling needs, and nothing else", async () => {
		const { inbox } = await open();
		const put = entry("d1", { proof: "token", body: Buffer.from("a\0b") });
		await inbox.put(put);

		const [delivery] = await inbox.claim(1, START);

		const { id, task, receivedAt, via, proof, query, body } = put;
		const known = { id, task, receivedAt, via, proof, query, body };
		expect(delivery).toEqual({ ...known, jobId: put.jobId, waiting: null });
	});

	test("what it waits for, and since when, is told to the next claimer, also of a store opened again", async () => {
		const { inbox, reopen } = await open();
		await inbox.put(entry("d1"));
		await inbox.claim(1, START);
		const ending = retry(START, START - HOUR);
		await inbox.end(new Map([[deliveryId("d1"), ending]]));

		const next = await inbox.claim(1, START);
		const again = await (await reopen()).claim(1, START);

		expect([...next, ...again]).toMatchObject([
			{ waiting: { what: "proof", since: START - HOUR } },
			{ waiting: { what: "proof", since: START - HOUR } },
		]);
	});

	test("each is given to one claimer", async () => {
		const { inbox } = await open();
		const ids = Array.from({ length: 9 }, (_, nth) => `d${nth}`);
		await putAll(inbox, ...ids.map((id) => entry(id)));

		const claims = await Promise.all(
			[4, 4, 4, 4].map((limit) => inbox.claim(limit, START)),
		);

		expect(idsOf(claims.flat()).toSorted()).toEqual(ids);
		expect(Math.max(...claims.map(({ length }) => length))).toBe(4);
	});

	test("what needs no settling is never claimed", async () => {
		const { inbox } = await open();
		await putAll(
			inbox,
			entry("d1", { state: "parked", reason: "no file" }),
			entry("d2", { state: "refused", reason: "no proof" }),
			entry("d3", { state: "test" }),
		);

		expect(await inbox.claim(10, START)).toEqual([]);
		expect(await inbox.nextDue()).toBeNull();
	});

	test("a retry is due at its time, and not before", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1"));
		await retryAt(inbox, { d1: START + 5000 });

		expect(await inbox.claim(10, START + 4999)).toEqual([]);
		expect(idsOf(await inbox.claim(10, START + 5000))).toEqual(["d1"]);
	});

	test("a retry is not put off by a clock that was set back", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1"));
		await retryAt(inbox, { d1: START + 5000 });

		expect(idsOf(await inbox.claim(10, START - HOUR))).toEqual(["d1"]);
	});

	test("those that are due longest come first", async () => {
		const { inbox } = await open();
		await putAll(inbox, entry("d1"), entry("d2"), entry("d3"));
		await retryAt(inbox, { d1: START + 300, d2: START + 100, d3: START + 200 });

		const first = await inbox.claim(1, START + 1000);
		const second = await inbox.claim(1, START + 1000);

		expect(idsOf([...first, ...second])).toEqual(["d2", "d3"]);
	});

	test("the next is due when the earliest is", async () => {
		const { inbox } = await open();
		const empty = await inbox.nextDue();
		await putAll(inbox, entry("d1"), entry("d2"));
		const accepted = await inbox.nextDue();
		await retryAt(inbox, { d1: START + 200, d2: START + 100 });
		const both = await inbox.nextDue();
		await inbox.claim(1, START + 150);
		const one = await inbox.nextDue();
		await inbox.claim(1, START + 200);
		const none = await inbox.nextDue();

		expect(empty).toBeNull();
		expect(accepted).toBeLessThanOrEqual(START);
		expect([both, one, none]).toEqual([START + 100, START + 200, null]);
	});

	test("what was claimed when the store closed is due again", async () => {
		const { inbox, reopen } = await open();
		await putAll(inbox, entry("d1"), entry("d2"), entry("d3"));
		await retryAt(inbox, { d1: START, d2: START + 60_000, d3: START });
		await inbox.claim(1, START);

		const again = await reopen();

		expect(idsOf(await again.claim(10, START))).toEqual(["d1", "d3"]);
		expect(await again.nextDue()).toBe(START + 60_000);
	});

	test("each claim is counted as an attempt", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1"));
		await retryAt(inbox, { d1: START });
		await retryAt(inbox, { d1: START + 5000 });

		expect(await inbox.get("d1")).toMatchObject({
			state: "retry",
			attempts: 2,
			dueAt: START + 5000,
		});
	});
}
