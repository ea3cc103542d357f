import { expect, test } from "vitest";
import { HOUR, START } from "../set-up.ts";
import type { Open } from "./contract.ts";
import { endAs } from "./contract-errands.ts";
import { entry, putAll, retry } from "./entries.ts";

/** How many ended in which way. */
export function totalsContract(open: Open): void {
	test("say how what was claimed has ended, by verdict and by how it was learnt", async () => {
		const { inbox } = await open();
		await putAll(
			inbox,
			entry("d1"),
			entry("d2"),
			entry("d3", { via: "polling" }),
			entry("d4"),
			entry("d5"),
			entry("d6"),
			entry("d7"),
		);
		const completed = { kind: "done", verdict: "completed" } as const;
		await endAs(inbox, {
			d1: completed,
			d2: completed,
			d3: completed,
			d4: { kind: "park", reason: "unproven" },
			d5: { kind: "bury", reason: "poison" },
			d6: { kind: "stale" },
			d7: retry(START),
		});

		const totals = await inbox.totals();

		const task = "outcome";
		const via = "webhook";
		expect(totals).toHaveLength(5);
		expect(totals).toEqual(
			expect.arrayContaining([
				{ task, state: "done", verdict: "completed", via, total: 2 },
				{ task, state: "done", verdict: "completed", via: "polling", total: 1 },
				{ task, state: "parked", verdict: "unproven", via, total: 1 },
				{ task, state: "buried", verdict: "", via, total: 1 },
				{ task, state: "stale", verdict: "", via, total: 1 },
			]),
		);
	});

	test("count what was claimed alone, each ending once", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1"));
		const ending = { kind: "stale" } as const;
		await endAs(inbox, { d1: ending, unknown: ending });
		await endAs(inbox, { d1: ending });

		const task = "outcome";
		const via = "webhook";
		const stale = { task, state: "stale", verdict: "", via, total: 1 };
		expect(await inbox.totals()).toEqual([stale]);
	});

	test("outlast what they count, and a restart", async () => {
		const { inbox, reopen } = await open();
		await inbox.put(entry("d1"));
		await endAs(inbox, { d1: { kind: "done", verdict: "completed" } });
		const before = await inbox.totals();

		await inbox.prune(START + HOUR);
		const again = await reopen();

		expect(await again.get("d1")).toBeNull();
		expect(before).toHaveLength(1);
		expect(await again.totals()).toEqual(before);
	});

	test("tell our own errands from what tells an outcome", async () => {
		const { inbox } = await open();
		await inbox.put(entry("d1", { task: "read_back", via: "polling" }));

		await endAs(inbox, { d1: { kind: "done", verdict: "kept" } });

		const kept = { state: "done", verdict: "kept", via: "polling", total: 1 };
		expect(await inbox.totals()).toEqual([{ task: "read_back", ...kept }]);
	});

	test("count what is taken again by how it has ended last", async () => {
		const { inbox } = await open();
		await putAll(inbox, entry("d1"), entry("d2"));
		const parked = { kind: "park", reason: "unproven" } as const;
		await endAs(inbox, { d1: parked, d2: parked });
		await inbox.replay({ id: "d1" });

		await endAs(inbox, { d1: { kind: "done", verdict: "completed" } });

		const of = { task: "outcome", via: "webhook", total: 1 };
		expect(await inbox.totals()).toEqual([
			{ ...of, state: "done", verdict: "completed" },
			{ ...of, state: "parked", verdict: "unproven" },
		]);
	});
}
