import { expect, test } from "vitest";
import { MINUTE, START } from "../set-up.ts";
import type { Open } from "./contract.ts";
import { endAs } from "./contract-errands.ts";
import { entry, putAll, retry } from "./entries.ts";

const accepted = { tally: "webhook accepted" };

/** What is counted with what is put and ended. */
export function talliesContract(open: Open): void {
	test("count each request that was put, by its own name", async () => {
		const { inbox, tallies } = await open();

		await putAll(
			inbox,
			entry("d1", accepted),
			entry("d2", { state: "refused", tally: "webhook refused" }),
		);
		await Promise.all(["d3", "d4"].map((id) => inbox.put(entry(id, accepted))));

		expect(await tallies()).toEqual(
			new Map([
				["webhook accepted", 3],
				["webhook refused", 1],
			]),
		);
	});

	test("count a repeat as just that", async () => {
		const { inbox, tallies } = await open();
		const repeated = { ...accepted, repeatKey: "a" };

		await putAll(inbox, entry("d1", repeated), entry("d2", repeated));
		await Promise.all(["d3", "d4"].map((id) => inbox.put(entry(id, repeated))));

		expect(await tallies()).toEqual(
			new Map([
				["webhook accepted", 1],
				["webhook duplicate", 3],
			]),
		);
	});

	test("leave out what is our own, and its repeats", async () => {
		const { inbox, tallies } = await open();

		await putAll(
			inbox,
			entry("d1", { repeatKey: "a" }),
			entry("d2", { repeatKey: "a" }),
		);

		expect(await tallies()).toEqual(new Map());
	});

	test("count how webhooks have ended, each time that they end", async () => {
		const { inbox, tallies } = await open();
		await putAll(
			inbox,
			...["d1", "d2", "d3", "d4", "d5"].map((id) => entry(id)),
		);
		await endAs(inbox, {
			d1: { kind: "done", verdict: "completed" },
			d2: { kind: "stale" },
			d3: { kind: "park", reason: "unproven" },
			d4: { kind: "bury", reason: "poison" },
			d5: retry(START + MINUTE),
		});

		await inbox.replay({ id: "d3" });
		await endAs(inbox, { d3: { kind: "done", verdict: "completed" } });

		expect(await tallies()).toEqual(
			new Map([
				["ended done", 2],
				["ended stale", 1],
				["ended parked", 1],
				["ended buried", 1],
			]),
		);
	});

	test("leave out how our own findings and errands have ended", async () => {
		const { inbox, tallies } = await open();
		await putAll(
			inbox,
			entry("d1", { proof: "own", via: "polling" }),
			entry("d2", { task: "read_back" }),
		);
		const done = { kind: "done", verdict: "completed" } as const;

		await endAs(inbox, { d1: done, d2: done });

		expect(await tallies()).toEqual(new Map());
	});

	test("leave out what was not claimed", async () => {
		const { inbox, tallies } = await open();
		await inbox.put(entry("d1"));
		const stale = { kind: "stale" } as const;
		await endAs(inbox, { d1: stale, unknown: stale });

		await endAs(inbox, { d1: stale });

		expect(await tallies()).toEqual(new Map([["ended stale", 1]]));
	});

	test("say when it was", async () => {
		const { inbox, tallies } = await open();
		await inbox.put(entry("d1", accepted));

		await endAs(inbox, { d1: { kind: "stale" } });

		const both = new Map([
			["webhook accepted", 1],
			["ended stale", 1],
		]);
		expect(await tallies(START)).toEqual(both);
		expect(await tallies(START + MINUTE)).toEqual(new Map());
	});

	test("outlast a restart", async () => {
		const { inbox, tallies, reopen } = await open();
		await inbox.put(entry("d1", accepted));

		await reopen();

		expect(await tallies()).toEqual(new Map([["webhook accepted", 1]]));
	});
}
