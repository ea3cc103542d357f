import { expect, test } from "vitest";
import type { Entry, Inbox, Replay, State } from "../../src/inbox/inbox.ts";
import { HOUR, START } from "../set-up.ts";
import type { Open } from "./contract.ts";
import { endAs } from "./contract-errands.ts";
import { entry, idsOf, putAll, retry } from "./entries.ts";
import { JOB, OTHER, RUN, THE_RUN } from "./seen.ts";

/** One in every state, an hour after one another. */
async function fill(inbox: Inbox): Promise<void> {
	const at = (hours: number) => ({ receivedAt: START + hours * HOUR });
	await putAll(
		inbox,
		entry("1 done", { ...at(1), jobId: JOB }),
		entry("2 parked", { ...at(2), ncaJobId: RUN }),
		entry("3 buried", { ...at(3), jobId: JOB }),
		entry("4 stale", at(4)),
		entry("5 retry", at(5)),
	);
	await endAs(inbox, {
		"1 done": { kind: "done", verdict: "completed" },
		"2 parked": { kind: "park", reason: "unproven" },
		"3 buried": { kind: "bury", reason: "poison" },
		"4 stale": { kind: "stale" },
		"5 retry": retry(START + 60_000),
	});
	await putAll(
		inbox,
		entry("6 parked", { ...at(6), state: "parked", reason: "no file" }),
		entry("7 refused", { ...at(7), state: "refused", reason: "no proof" }),
		entry("8 test", { ...at(8), state: "test" }),
		entry("9 processing", at(9)),
	);
	await inbox.claim(10, START);
}

const NEVER = ["7 refused", "8 test", "9 processing"];

export function replayContract(open: Open): void {
	test.each<[string, Replay, string[]]>([
		["one by its id", { id: "1 done" }, ["1 done"]],
		["one that was parked", { id: "2 parked" }, ["2 parked"]],
		["none where the id is unknown", { id: "1" }, []],
		[
			"those of a record",
			{ run: { jobId: JOB, ncaJobId: null } },
			["1 done", "3 buried"],
		],
		["those of a run", { run: { jobId: OTHER, ncaJobId: RUN } }, ["2 parked"]],
		["those in a state", { state: "parked" }, ["2 parked", "6 parked"]],
		["those parked for a reason", { reasons: ["no file"] }, ["6 parked"]],
		[
			"those parked for one of several",
			{ state: "parked", reasons: ["unproven", "no file"] },
			["2 parked", "6 parked"],
		],
		["none for no reason", { reasons: [] }, []],
		[
			"those from a time on",
			{ since: START + 5 * HOUR },
			["5 retry", "6 parked"],
		],
		[
			"those before a time",
			{ until: START + 3 * HOUR },
			["1 done", "2 parked"],
		],
		[
			"those between",
			{ since: START + 2 * HOUR, until: START + 4 * HOUR },
			["2 parked", "3 buried"],
		],
		["those of either", { run: THE_RUN }, ["1 done", "2 parked", "3 buried"]],
		["by all at once", { run: THE_RUN, state: "buried" }, ["3 buried"]],
		["by what contradicts itself", { state: "done", reasons: ["no file"] }, []],
		[
			"all that there are",
			{},
			["1 done", "2 parked", "3 buried", "4 stale", "5 retry", "6 parked"],
		],
	])("takes again %s", async (_what, which, expected) => {
		const { inbox } = await open();
		await fill(inbox);

		const ids = await inbox.replay(which);

		expect(ids.toSorted()).toEqual(expected);
		expect(idsOf(await inbox.claim(20, START))).toEqual(expected);
	});

	test.each(NEVER)("never takes again: %s", async (id) => {
		const { inbox } = await open();
		await fill(inbox);
		const before = await inbox.get(id);

		const state = id.split(" ")[1] as State;
		const taken = [await inbox.replay({ id }), await inbox.replay({ state })];

		expect(taken).toEqual([[], []]);
		expect(await inbox.get(id)).toEqual(before);
	});

	test("what is taken again waits for nothing that it waited for before", async () => {
		const { inbox } = await open();
		await fill(inbox);

		await inbox.replay({ state: "retry" });

		expect(await inbox.get("5 retry")).toMatchObject({ state: "retry" });
		const [claim] = await inbox.claim(1, START);
		expect(claim).toMatchObject({ id: "5 retry", waiting: null });
	});

	test("what waited for its record is due, and no longer looked for", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1"));
		await endAs(inbox, {
			d1: {
				kind: "retry",
				dueAt: null,
				waiting: { what: "record", since: START },
				reason: "no record yet",
			},
		});

		await inbox.replay({ id: "d1" });

		expect(await inbox.unmatched(10)).toEqual([]);
		expect(idsOf(await inbox.claim(1, START))).toEqual(["d1"]);
	});

	test("it is still to be taken when the store is opened again", async () => {
		const { inbox, reopen } = await open();
		await fill(inbox);
		await inbox.replay({ id: "3 buried" });

		const again = await reopen();

		const due = idsOf(await again.claim(10, START));
		expect(due).toEqual(["3 buried", "9 processing"]);
	});

	test("the oldest is taken first", async () => {
		const { inbox } = await open();
		await fill(inbox);

		await inbox.replay({});

		expect(idsOf(await inbox.claim(2, START))).toEqual(["1 done", "2 parked"]);
		expect(idsOf(await inbox.claim(1, START))).toEqual(["3 buried"]);
	});

	test.each<[string, Partial<Entry>]>([
		["a read-back", { task: "read_back", via: "polling" }],
		["a reopening", { task: "reopen", via: "manual" }],
		["a time-out", { via: "timeout" }],
		["what a person said of a job", { via: "manual" }],
	])(
		"%s was true in its time, and is taken again only where a person must see to it",
		async (_what, of) => {
			const { inbox } = await open();
			const own = { ...of, proof: "own" } as const;
			const ids = ["buried", "done", "parked", "retry"];
			await putAll(inbox, ...ids.map((id) => entry(id, own)));
			await endAs(inbox, {
				buried: { kind: "bury", reason: "not kept" },
				done: { kind: "done", verdict: "kept" },
				parked: { kind: "park", reason: "not fetched" },
				retry: retry(START + 60_000),
			});

			const all = await inbox.replay({});
			const each = await Promise.all(ids.map((id) => inbox.replay({ id })));

			expect(all.sort()).toEqual(["buried", "parked"]);
			expect(each.flat()).toEqual([]);
		},
	);

	test("what the poller found is taken again", async () => {
		const { inbox } = await open();
		const vias = ["polling", "nca_status"] as const;
		await putAll(
			inbox,
			...vias.map((via) => entry(via, { via, proof: "own" })),
		);
		const done = { kind: "done", verdict: "completed" } as const;
		await endAs(inbox, Object.fromEntries(vias.map((via) => [via, done])));

		expect((await inbox.replay({})).toSorted()).toEqual([...vias].toSorted());
	});

	test("a key is held by what it is a repeat of, and by nothing else", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1", { repeatKey: "a" }));
		const held = [await inbox.holds("a"), await inbox.holds("b")];

		await endAs(inbox, { d1: { kind: "bury", reason: "poison" } });

		expect(held).toEqual([true, false]);
		expect(await inbox.holds("a")).toBe(false);
	});
}
