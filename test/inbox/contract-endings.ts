import { expect, test } from "vitest";
import type { Ending } from "../../src/inbox/inbox.ts";
import { START } from "../set-up.ts";
import type { Open } from "./contract.ts";
import { deliveryId, entry, putAll, retry } from "./entries.ts";

const DONE: Ending = { kind: "done", verdict: "completed" };

/** Every ending, and what a person then sees. */
const ENDINGS: [Ending, object][] = [
	[DONE, { state: "done", reason: "completed", dueAt: null }],
	[{ kind: "stale" }, { state: "stale", reason: null, dueAt: null }],
	[
		retry(START + 5000),
		{ state: "retry", reason: "later", dueAt: START + 5000 },
	],
	[
		{ kind: "park", reason: "unproven" },
		{ state: "parked", reason: "unproven", dueAt: null },
	],
	[
		{ kind: "bury", reason: "poison" },
		{ state: "buried", reason: "poison", dueAt: null },
	],
];

const end = (...ids: string[]) =>
	new Map(ids.map((id) => [deliveryId(id), DONE]));

export function endingsContract(open: Open): void {
	test("what is claimed is processing", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1"));
		await inbox.claim(1, START);

		expect(await inbox.get("d1")).toMatchObject({
			state: "processing",
			dueAt: null,
		});
	});

	test.each(ENDINGS)("a claim can end so: %j", async (ending, seen) => {
		const { inbox, reopen } = await open();
		await inbox.put(entry("d1"));
		await inbox.claim(1, START);

		await inbox.end(new Map([[deliveryId("d1"), ending]]));

		expect(await inbox.get("d1")).toMatchObject(seen);
		expect(await inbox.claim(1, START)).toEqual([]);
		expect(await (await reopen()).get("d1")).toMatchObject(seen);
	});

	test("claims of one batch can end in different ways", async () => {
		const { inbox } = await open();
		const ids = ENDINGS.map((_, nth) => `d${nth}`);
		await putAll(inbox, ...ids.map((id) => entry(id)));
		await inbox.claim(10, START);

		await inbox.end(
			new Map(ENDINGS.map(([one], nth) => [deliveryId(`d${nth}`), one])),
		);

		const seen = await Promise.all(ids.map((id) => inbox.get(id)));
		expect(seen).toMatchObject(ENDINGS.map(([, one]) => one));
	});

	test("no endings change nothing", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1"));

		await inbox.end(new Map());

		expect(await inbox.get("d1")).toMatchObject({ state: "accepted" });
	});

	test("what is not claimed is named, and left as it is", async () => {
		const { inbox } = await open();
		await putAll(inbox, entry("d1"), entry("d2", { state: "parked" }));

		const unclaimed = await inbox.end(end("d1", "d2", "unknown"));

		expect(unclaimed).toEqual(["d1", "d2", "unknown"]);
		expect(await inbox.get("d1")).toMatchObject({ state: "accepted" });
		expect(await inbox.get("d2")).toMatchObject({ state: "parked" });
	});

	test("a claim ends once", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1", { repeatKey: "a" }));
		await inbox.claim(1, START);
		const first = await inbox.end(end("d1"));
		const bury: Ending = { kind: "bury", reason: "late" };

		const second = await inbox.end(new Map([[deliveryId("d1"), bury]]));

		expect([first, second]).toEqual([[], ["d1"]]);
		expect(await inbox.get("d1")).toMatchObject({ state: "done" });
		const repeat = await inbox.put(entry("d2", { repeatKey: "a" }));
		expect(repeat).toMatchObject({ kind: "duplicate" });
	});

	test("one that is not claimed keeps no other from ending", async () => {
		const { inbox } = await open();
		await putAll(inbox, entry("d1"), entry("d2"), entry("d3"));
		await inbox.claim(2, START);

		const unclaimed = await inbox.end(end("d1", "d3", "d2"));

		const states = (await inbox.list({ limit: 10 })).map(({ state }) => state);
		expect(unclaimed).toEqual(["d3"]);
		expect(states).toEqual(["accepted", "done", "done"]);
	});
}
