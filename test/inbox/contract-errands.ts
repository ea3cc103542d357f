import { describe, expect, test } from "vitest";
import type { Ending, Entry, Inbox } from "../../src/inbox/inbox.ts";
import { HOUR, START } from "../set-up.ts";
import type { Open } from "./contract.ts";
import { deliveryId, entry, idsOf, putAll, retry } from "./entries.ts";
import { JOB, NEXT_RUN, OTHER, RUN } from "./seen.ts";

/** What a close is to be followed by. */
const errand = (id: string, more: Partial<Entry> = {}) =>
	entry(id, {
		task: "read_back",
		via: "polling",
		proof: "own",
		dueAt: START + 15_000,
		repeatKey: `read_back:${JOB}:${RUN}`,
		jobId: JOB,
		ncaJobId: RUN,
		...more,
	});

/** Claims all that is due, and ends those that are named. */
export async function endAs(inbox: Inbox, endings: Record<string, Ending>) {
	await inbox.claim(100, START + HOUR);
	const named = Object.entries(endings);
	await inbox.end(new Map(named.map(([id, one]) => [deliveryId(id), one])));
}

const done = (more: object = {}): Ending => ({
	kind: "done",
	verdict: "completed",
	...more,
});
const parked: Ending = { kind: "park", reason: "unproven" };

export function errandsContract(open: Open): void {
	describe("what is put for later", () => {
		test("is due at its time, and not before", async () => {
			const { inbox, reopen } = await open();
			await inbox.put(entry("d1", { dueAt: START + 15_000 }));

			const early = await inbox.claim(10, START + 14_999);
			const next = await inbox.nextDue();
			const again = await reopen();
			const stillEarly = await again.claim(10, START + 14_999);
			const then = await again.claim(10, START + 15_000);

			expect([early, stillEarly]).toEqual([[], []]);
			expect(next).toBe(START + 15_000);
			expect(idsOf(then)).toEqual(["d1"]);
		});

		test("keeps nothing else from being claimed", async () => {
			const { inbox } = await open();
			await putAll(inbox, entry("d1", { dueAt: START + 15_000 }), entry("d2"));

			expect(idsOf(await inbox.claim(1, START))).toEqual(["d2"]);
		});

		test("is given with its task", async () => {
			const { inbox } = await open();
			await inbox.put(errand("d1", { dueAt: 0 }));

			const claims = await inbox.claim(1, START);

			expect(claims).toMatchObject([{ id: "d1", task: "read_back" }]);
		});
	});

	describe("a run that is closed", () => {
		test("has what was parked of its job or of it judged again, and nothing else", async () => {
			const { inbox } = await open();
			await putAll(
				inbox,
				entry("closer"),
				entry("job", { jobId: JOB }),
				entry("job, other run", { jobId: JOB, ncaJobId: NEXT_RUN }),
				entry("neither"),
				entry("other job", { jobId: OTHER }),
				entry("other run", { ncaJobId: NEXT_RUN }),
				entry("run", { ncaJobId: RUN }),
				entry("buried", { jobId: JOB }),
				entry("done", { jobId: JOB }),
			);
			const left = ["job", "job, other run", "neither", "other job"];
			const more = [...left, "other run", "run"];
			await endAs(inbox, {
				buried: { kind: "bury", reason: "poison" },
				done: done(),
				...Object.fromEntries(more.map((id) => [id, parked])),
			});
			await inbox.put(
				entry("refused", { jobId: JOB, state: "refused", reason: "no proof" }),
			);

			await inbox.end(
				new Map([
					[
						deliveryId("closer"),
						done({ closed: { jobId: JOB, ncaJobId: RUN } }),
					],
				]),
			);

			const due = await inbox.claim(10, START);
			expect(idsOf(due)).toEqual(["job", "job, other run", "run"]);
			expect(due.map(({ waiting }) => waiting)).toEqual([null, null, null]);
		});

		test("gives them no patience anew", async () => {
			const { inbox } = await open();
			await putAll(inbox, entry("closer"), entry("d1", { jobId: JOB }));
			await inbox.claim(9, START);
			const d1 = deliveryId("d1");
			await inbox.end(new Map([[d1, retry(START, START - HOUR)]]));
			await inbox.claim(1, START);
			await inbox.end(new Map([[d1, parked]]));
			const closed = { jobId: JOB, ncaJobId: RUN };

			await inbox.end(new Map([[deliveryId("closer"), done({ closed })]]));

			expect(await inbox.claim(9, START)).toMatchObject([
				{ id: "d1", waiting: { what: "proof", since: START - HOUR } },
			]);
		});

		test("that bears no id has those of its job judged again alone", async () => {
			const { inbox } = await open();
			await putAll(
				inbox,
				entry("closer"),
				entry("job", { jobId: JOB }),
				entry("nothing's"),
				entry("run", { ncaJobId: RUN }),
			);
			await endAs(inbox, { job: parked, "nothing's": parked, run: parked });
			const closed = { jobId: JOB, ncaJobId: null };

			await inbox.end(new Map([[deliveryId("closer"), done({ closed })]]));

			expect(idsOf(await inbox.claim(10, START))).toEqual(["job"]);
		});
	});

	describe("what follows an ending", () => {
		test("is put in with it", async () => {
			const { inbox, reopen } = await open();
			await inbox.put(entry("d1"));

			await endAs(inbox, { d1: done({ next: errand("d2") }) });

			const again = await reopen();
			expect(await again.get("d1")).toMatchObject({ state: "done" });
			expect(await again.nextDue()).toBe(START + 15_000);
			expect(await again.claim(10, START + 15_000)).toMatchObject([
				{ id: "d2", task: "read_back", proof: "own", jobId: JOB },
			]);
		});

		test("is not put in twice while one waits, and the ending stands", async () => {
			const { inbox } = await open();
			await putAll(inbox, entry("d1"), entry("d2"), entry("d3"));
			await endAs(inbox, { d1: done({ next: errand("e1") }) });
			const [d2, d3] = ["d2", "d3"].map(deliveryId) as [
				Entry["id"],
				Entry["id"],
			];

			await inbox.end(new Map([[d2, done({ next: errand("e2") })]]));
			await inbox.claim(10, START + 15_000);
			await inbox.end(new Map([[d3, done({ next: errand("e3") })]]));
			await inbox.end(new Map([[deliveryId("e1"), retry(START)]]));

			expect(idsOf(await inbox.claim(10, START + HOUR))).toEqual(["e1"]);
			expect(await inbox.get("d2")).toMatchObject({ state: "done" });
			expect(await inbox.get("d3")).toMatchObject({ state: "done" });
			expect([await inbox.get("e2"), await inbox.get("e3")]).toEqual([
				null,
				null,
			]);
		});

		test("is put in again when the one before has ended", async () => {
			const { inbox } = await open();
			await putAll(inbox, entry("d1"), entry("d2"));
			await endAs(inbox, { d1: done({ next: errand("e1") }) });
			await inbox.claim(10, START + 15_000);
			await inbox.end(new Map([[deliveryId("e1"), done()]]));

			await inbox.end(
				new Map([[deliveryId("d2"), done({ next: errand("e2") })]]),
			);

			expect(idsOf(await inbox.claim(10, START + HOUR))).toEqual(["e2"]);
		});

		test("of another run is another", async () => {
			const { inbox } = await open();
			await putAll(inbox, entry("d1"), entry("d2"));
			const other = errand("e2", {
				repeatKey: `read_back:${JOB}:${NEXT_RUN}`,
			});

			await endAs(inbox, {
				d1: done({ next: errand("e1") }),
				d2: done({ next: other }),
			});

			expect(idsOf(await inbox.claim(10, START + HOUR))).toEqual(["e1", "e2"]);
		});

		test("follows none that was not claimed", async () => {
			const { inbox } = await open();
			await inbox.put(entry("d1"));

			const ending = done({ next: errand("e1") });
			const unclaimed = await inbox.end(new Map([[deliveryId("d1"), ending]]));

			expect(unclaimed).toEqual(["d1"]);
			expect(await inbox.get("e1")).toBeNull();
		});
	});

	test("a read-back is listed only where a person must see to it", async () => {
		const { inbox } = await open();
		await putAll(
			inbox,
			errand("buried", { repeatKey: null }),
			errand("parked", { repeatKey: null }),
			errand("waiting", { repeatKey: null }),
			entry("webhook", { jobId: JOB }),
		);
		await endAs(inbox, {
			buried: { kind: "bury", reason: "not kept" },
			parked,
			webhook: done(),
			waiting: retry(START + HOUR),
		});

		expect(idsOf(await inbox.list({ limit: 9 }))).toEqual([
			"webhook",
			"parked",
			"buried",
		]);
		expect(await inbox.get("waiting")).toMatchObject({ task: "read_back" });
	});
}
