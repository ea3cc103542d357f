import { describe, expect, test } from "vitest";
import type { Ending, Inbox } from "../../src/inbox/inbox.ts";
import { HOUR, START } from "../set-up.ts";
import type { Open } from "./contract.ts";
import { endAs } from "./contract-errands.ts";
import { deliveryId, entry, idsOf, putAll, retry } from "./entries.ts";
import { JOB, NEXT_RUN, OTHER, RUN } from "./seen.ts";

const done: Ending = { kind: "done", verdict: "completed" };
const parked: Ending = { kind: "park", reason: "unproven" };

/** For its record, since then. */
const unmatched = (since = START): Ending => ({
	kind: "retry",
	dueAt: null,
	waiting: { what: "record", since },
	reason: "no record yet",
});

export function unmatchedContract(open: Open): void {
	describe("a delivery whose record is not there", () => {
		test("is not due at any time, and named as one that waits", async () => {
			const { inbox } = await open();
			await inbox.put(entry("d1", { jobId: JOB, ncaJobId: RUN }));
			await endAs(inbox, { d1: unmatched(START - HOUR) });

			expect(await inbox.claim(10, START + 1000 * HOUR)).toEqual([]);
			expect(await inbox.nextDue()).toBeNull();
			expect(await inbox.get("d1")).toMatchObject({
				state: "retry",
				dueAt: null,
				reason: "no record yet",
			});
			expect(await inbox.unmatched(10)).toEqual([
				{ id: "d1", jobId: JOB, ncaJobId: RUN, since: START - HOUR },
			]);
		});

		test("is the only kind that is named", async () => {
			const { inbox } = await open();
			const ids = ["again", "buried", "done", "parked"];
			await putAll(inbox, ...ids.map((id) => entry(id)));
			await endAs(inbox, {
				again: retry(START + 2 * HOUR),
				buried: { kind: "bury", reason: "poison" },
				done: done,
				parked,
			});
			await putAll(inbox, entry("new"), entry("later", { dueAt: START }));

			expect(await inbox.unmatched(10)).toEqual([]);
		});

		test("waits its turn: those that were not looked for longest come first", async () => {
			const { inbox, reopen } = await open();
			const ids = ["d1", "d2", "d3", "d4"].map(deliveryId);
			await putAll(inbox, ...ids.map((id) => entry(id)));
			await endAs(
				inbox,
				Object.fromEntries(ids.map((id) => [id, unmatched()])),
			);
			const turn = async (store: Inbox, now: number) => {
				const some = idsOf(await store.unmatched(2)).map(deliveryId);
				await store.lookedFor(some, [], now);
				return some;
			};

			const turns = [
				await turn(inbox, START + 1),
				await turn(inbox, START + 2),
				await turn(await reopen(), START + 3),
			];

			expect(turns).toEqual([
				["d1", "d2"],
				["d3", "d4"],
				["d1", "d2"],
			]);
		});

		test("is due at once when its record was found, and the others are not", async () => {
			const { inbox } = await open();
			await putAll(inbox, entry("d1"), entry("d2"), entry("d3"));
			const each = { d1: unmatched(), d2: unmatched(), d3: unmatched() };
			await endAs(inbox, each);
			const ids = ["d1", "d2"].map(deliveryId);

			await inbox.lookedFor(ids, [deliveryId("d2")], START + 1);

			expect(idsOf(await inbox.unmatched(10))).toEqual(["d3", "d1"]);
			expect(await inbox.claim(10, START)).toMatchObject([
				{ id: "d2", waiting: { what: "record", since: START } },
			]);
		});

		test("that was found, and is not there all the same, goes to the end of the line", async () => {
			const { inbox } = await open();
			await putAll(inbox, entry("d1"), entry("d2"));
			await endAs(inbox, { d1: unmatched(), d2: unmatched() });
			const d1 = [deliveryId("d1")];
			await inbox.lookedFor(d1, d1, START + 1);

			await endAs(inbox, { d1: unmatched() });

			expect(idsOf(await inbox.unmatched(9))).toEqual(["d2", "d1"]);
		});

		test("that has ended meanwhile is left as it is", async () => {
			const { inbox } = await open();
			await putAll(inbox, entry("d1"), entry("d2"), entry("d3"));
			await endAs(inbox, { d1: done, d2: parked });
			const ids = ["d1", "d2", "d3"].map(deliveryId);

			await inbox.lookedFor(ids, ids, START);

			const states = (await inbox.list({ limit: 9 })).map(({ state }) => state);
			expect(states).toEqual(["processing", "parked", "done"]);
			expect(await inbox.nextDue()).toBeNull();
		});

		test("is due when a record that it waits for was seen, and the others are not", async () => {
			const { inbox } = await open();
			await putAll(
				inbox,
				entry("job", { jobId: JOB }),
				entry("job, other run", { jobId: JOB, ncaJobId: NEXT_RUN }),
				entry("nothing's"),
				entry("other job", { jobId: OTHER, ncaJobId: RUN }),
				entry("other run", { ncaJobId: NEXT_RUN }),
				entry("run", { ncaJobId: RUN }),
			);
			const ids = idsOf(await inbox.list({ limit: 9 }));
			const each = Object.fromEntries(ids.map((id) => [id, unmatched()]));
			await endAs(inbox, each);

			const due = await inbox.recordsSeen([{ jobId: JOB, ncaJobId: RUN }]);

			expect(due).toBe(3);
			expect(idsOf(await inbox.claim(9, START))).toEqual([
				"job",
				"job, other run",
				"run",
			]);
		});

		test("is due by no record that bears no id, but its own", async () => {
			const { inbox } = await open();
			await putAll(
				inbox,
				entry("d1"),
				entry("d2", { ncaJobId: RUN }),
				entry("d3", { jobId: JOB }),
			);
			await endAs(inbox, {
				d1: unmatched(),
				d2: unmatched(),
				d3: retry(START + 60_000),
			});

			const none = await inbox.recordsSeen([]);
			const due = await inbox.recordsSeen([{ jobId: JOB, ncaJobId: null }]);

			expect([none, due]).toEqual([0, 0]);
			expect(await inbox.claim(9, START)).toEqual([]);
		});
	});
}
