import { expect, test } from "vitest";
import type { Ending } from "../../src/inbox/inbox.ts";
import { START } from "../set-up.ts";
import type { Open } from "./contract.ts";
import {
	deliveryId,
	entry,
	idsOf,
	ncaJobId,
	recordId,
	retry,
} from "./entries.ts";

export function putContract(open: Open): void {
	test("what was put is kept as it came, to the byte", async () => {
		const { inbox } = await open();
		const full = entry("d1", {
			body: Buffer.from([0, 0xff, 0x27, 0x0a, 0xf0, 0x9f]),
			query: "job_id=rec1&operation=it's",
			proof: "signature",
			jobId: recordId("rec00000000000001"),
			ncaJobId: ncaJobId("4d5c1b0e-0001"),
			repeatKey: "a",
		});
		const { repeatKey: _, tally: __, ...kept } = full;

		const result = await inbox.put(full);

		expect(result).toEqual({ kind: "new" });
		expect(await inbox.get("d1")).toEqual({
			...kept,
			attempts: 0,
			dueAt: expect.any(Number),
		});
	});

	test("a repeat is not taken, and is told what the first one was", async () => {
		const { inbox } = await open();
		const jobId = recordId("rec00000000000001");
		await inbox.put(entry("d1", { repeatKey: "a", jobId }));

		const result = await inbox.put(entry("d2", { repeatKey: "a" }));

		expect(result).toEqual({ kind: "duplicate", id: "d1", jobId });
		expect(await inbox.get("d2")).toBeNull();
	});

	test("another key is no repeat", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1", { repeatKey: "a" }));

		expect(await inbox.put(entry("d2", { repeatKey: "A" }))).toEqual({
			kind: "new",
		});
	});

	test("without a key nothing is a repeat", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1"));

		expect(await inbox.put(entry("d2"))).toEqual({ kind: "new" });
		expect(idsOf(await inbox.claim(10, START))).toEqual(["d1", "d2"]);
	});

	test("of many that come at once with the same key one is taken", async () => {
		const { inbox } = await open();
		const ids = ["d1", "d2", "d3", "d4", "d5"];

		const results = await Promise.all(
			ids.map((id) => inbox.put(entry(id, { repeatKey: "a" }))),
		);

		expect(results.filter(({ kind }) => kind === "new")).toHaveLength(1);
		expect(await inbox.claim(10, START)).toHaveLength(1);
	});

	test.each<Ending>([
		{ kind: "done", verdict: "completed" },
		{ kind: "stale" },
		retry(START + 5000),
		{ kind: "park", reason: "no record" },
	])("a repeat of one that ended in $kind is not taken", async (ending) => {
		const { inbox } = await open();
		await inbox.put(entry("d1", { repeatKey: "a" }));
		await inbox.claim(1, START);
		await inbox.end(new Map([[deliveryId("d1"), ending]]));

		const result = await inbox.put(entry("d2", { repeatKey: "a" }));

		expect(result).toMatchObject({ kind: "duplicate", id: "d1" });
	});

	test("a repeat of one that was buried is taken up anew", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1", { repeatKey: "a" }));
		await inbox.claim(1, START);
		await inbox.end(
			new Map([[deliveryId("d1"), { kind: "bury", reason: "poison" }]]),
		);

		const results = [
			await inbox.put(entry("d2", { repeatKey: "a" })),
			await inbox.put(entry("d3", { repeatKey: "a" })),
		];

		expect(results).toMatchObject([
			{ kind: "new" },
			{ kind: "duplicate", id: "d2" },
		]);
		expect(idsOf(await inbox.claim(10, START))).toEqual(["d2"]);
	});

	test("what the poller found can be found again once it has ended", async () => {
		const { inbox } = await open();
		const finding = (id: string) =>
			entry(id, { via: "polling", proof: "own", repeatKey: "job:run" });
		const d1 = deliveryId("d1");
		await inbox.put(finding("d1"));

		const waiting = await inbox.put(finding("d2"));
		await inbox.claim(1, START);
		const claimed = await inbox.put(finding("d3"));
		await inbox.end(new Map([[d1, retry(START)]]));
		const retried = await inbox.put(finding("d4"));
		await inbox.claim(1, START);
		await inbox.end(new Map([[d1, { kind: "done", verdict: "completed" }]]));
		const ended = await inbox.put(finding("d5"));

		for (const result of [waiting, claimed, retried])
			expect(result).toMatchObject({ kind: "duplicate", id: "d1" });
		expect(ended).toEqual({ kind: "new" });
	});

	test("what was put is still there when the store is opened again", async () => {
		const { inbox, reopen } = await open();
		await inbox.put(entry("d1", { repeatKey: "a" }));
		const before = await inbox.get("d1");

		const again = await reopen();

		expect(await again.get("d1")).toEqual(before);
		expect(await again.put(entry("d2", { repeatKey: "a" }))).toMatchObject({
			kind: "duplicate",
		});
		expect(idsOf(await again.claim(10, START))).toEqual(["d1"]);
	});
}
