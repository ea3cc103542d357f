import { expect, test } from "vitest";
import type { Ending, Entry, Filter } from "../../src/inbox/inbox.ts";
import { HOUR, START } from "../set-up.ts";
import type { Open } from "./contract.ts";
import {
	deliveryId,
	entry,
	idsOf,
	ncaJobId,
	putAll,
	recordId,
	retry,
} from "./entries.ts";

const JOB = "rec00000000000001";
const RUN = "4d5c1b0e-7f3a-4c2e-9a6b-000000000001";

const RECORDED: Entry[] = [
	entry("d1", { receivedAt: START - 3 * HOUR, jobId: recordId(JOB) }),
	entry("d2", {
		receivedAt: START - 2 * HOUR,
		ncaJobId: ncaJobId(RUN),
		body: Buffer.from('{"message":"100% schön, it\'s \\u2013"}'),
	}),
	entry("d3", {
		receivedAt: START - HOUR,
		state: "refused",
		reason: "no proof",
		body: Buffer.from([0x7b, 0, 0xff, 0x73, 0x63, 0x68]),
	}),
	entry("d4", { state: "test" }),
];

export function recordsContract(open: Open): void {
	test.each<[string, Omit<Filter, "limit">, string[]]>([
		["everything", {}, ["d4", "d3", "d2", "d1"]],
		["of a record", { ids: [JOB] }, ["d1"]],
		["of a run", { ids: [RUN] }, ["d2"]],
		["of a job unknown", { ids: ["rec0"] }, []],
		["in a state", { state: "refused" }, ["d3"]],
		["since a time", { since: START - HOUR }, ["d4", "d3"]],
		["with a text", { text: "100% schön, it's" }, ["d2"]],
		["with a text behind odd bytes", { text: "sch" }, ["d3", "d2"]],
		["with a text that would be a pattern", { text: "%" }, ["d2"]],
		["with a text in its own case", { text: "SCHÖN" }, []],
		["before one", { before: "d3" }, ["d2", "d1"]],
		["by all at once", { ids: [RUN], state: "accepted", text: "100" }, ["d2"]],
		["by what contradicts itself", { ids: [RUN], state: "test" }, []],
	])("requests are listed %s, newest first", async (_, filter, ids) => {
		const { inbox } = await open();
		await putAll(inbox, ...RECORDED);

		const items = await inbox.list({ ...filter, limit: 10 });

		expect(idsOf(items)).toEqual(ids);
	});

	test("a long list is read page by page", async () => {
		const { inbox } = await open();
		await putAll(inbox, ...RECORDED);

		const first = await inbox.list({ limit: 3 });
		const rest = await inbox.list({ limit: 3, before: first.at(-1)?.id });

		expect(idsOf([...first, ...rest])).toEqual(["d4", "d3", "d2", "d1"]);
	});

	test("what is listed is what is got", async () => {
		const { inbox } = await open();
		await putAll(inbox, ...RECORDED);

		const items = await inbox.list({ limit: 10 });

		for (const item of items) expect(await inbox.get(item.id)).toEqual(item);
		expect(await inbox.get("unknown")).toBeNull();
	});

	test("what has ended is forgotten when it is old", async () => {
		const { inbox } = await open();
		const old = { receivedAt: START - 1 };
		await putAll(
			inbox,
			entry("done", { ...old, repeatKey: "a" }),
			entry("stale", old),
			entry("refused", { ...old, state: "refused" }),
			entry("test", { ...old, state: "test" }),
			entry("young", { receivedAt: START }),
		);
		await inbox.claim(10, START);
		await inbox.end(
			new Map<ReturnType<typeof deliveryId>, Ending>([
				[deliveryId("done"), { kind: "done", verdict: "completed" }],
				[deliveryId("stale"), { kind: "stale" }],
				[deliveryId("young"), { kind: "done", verdict: "completed" }],
			]),
		);

		const forgotten = await inbox.prune(START);

		expect(forgotten).toBe(4);
		expect(idsOf(await inbox.list({ limit: 10 }))).toEqual(["young"]);
		expect(await inbox.put(entry("d2", { repeatKey: "a" }))).toEqual({
			kind: "new",
		});
	});

	test("what waits, is parked or is buried is never forgotten", async () => {
		const { inbox } = await open();
		const ids = ["buried", "claimed", "parked", "retried"];
		await putAll(inbox, ...ids.map((id) => entry(id)));
		await inbox.claim(10, START);
		await inbox.end(
			new Map<ReturnType<typeof deliveryId>, Ending>([
				[deliveryId("buried"), { kind: "bury", reason: "poison" }],
				[deliveryId("parked"), { kind: "park", reason: "no record" }],
				[deliveryId("retried"), retry(START)],
			]),
		);
		await putAll(
			inbox,
			entry("accepted"),
			entry("unusable", { state: "parked", reason: "no file" }),
		);

		const forgotten = await inbox.prune(Number.MAX_SAFE_INTEGER);

		expect(forgotten).toBe(0);
		expect(await inbox.list({ limit: 10 })).toHaveLength(6);
	});

	test("a repeat of what is kept beyond its time is none any more", async () => {
		const { inbox } = await open();
		await putAll(
			inbox,
			entry("d1", { repeatKey: "a", receivedAt: START - 1 }),
			entry("d2", { repeatKey: "b", receivedAt: START }),
		);

		await inbox.prune(START);

		const later = [
			await inbox.put(entry("d3", { repeatKey: "a" })),
			await inbox.put(entry("d4", { repeatKey: "b" })),
		];
		expect(later.map(({ kind }) => kind)).toEqual(["new", "duplicate"]);
		expect(await inbox.get("d1")).toMatchObject({ state: "accepted" });
	});

	test("a store that can be written says so", async () => {
		const { inbox } = await open();

		await inbox.probe();
		await inbox.probe();

		expect(await inbox.list({ limit: 10 })).toEqual([]);
	});
}
