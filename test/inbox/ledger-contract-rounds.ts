import { describe, expect, test } from "vitest";
import { HOUR, MINUTE, START } from "../set-up.ts";
import { ncaJobId } from "./entries.ts";
import {
	JOB,
	look,
	NEXT_RUN,
	type OpenLedger,
	OTHER,
	outcome,
	RUN,
	seen,
	stuck,
	TARGET,
	THE_RUN,
} from "./seen.ts";

const other = seen({ id: OTHER, ncaJobId: NEXT_RUN });

/** What rounds remember of the runs that they find in processing. */
export function roundsContract(open: OpenLedger): void {
	test("a run that nothing is known of is not among the stuck ones", async () => {
		const { ledger } = await open();
		await ledger.saw([seen({ ncaJobId: NEXT_RUN })], START);

		expect(await ledger.stuckRuns([seen(), other])).toEqual(new Map());
	});

	test("a run that was only seen is not stuck", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);

		expect(await stuck(ledger)).toEqual({
			stuckSince: null,
			checkedAt: null,
			askedAt: null,
			ncaSaid: null,
			endpoint: null,
			settled: null,
			completedBefore: false,
		});
	});

	test("a run is stuck since the first of the rounds that each found it", async () => {
		const { ledger, reopen } = await open();

		await ledger.listed([seen()], START, true);
		await ledger.listed([seen()], START + HOUR, true);
		const again = await reopen();
		await again.listed([seen()], START + 2 * HOUR, true);

		expect((await stuck(again))?.stuckSince).toBe(START);
		expect((await again.recall([JOB])).get(JOB)).toMatchObject({
			firstSeenAt: START,
			operation: "combine",
			targetId: TARGET,
		});
	});

	test("of a round that tells page by page what it finds, only the last tells what it did not find", async () => {
		const { ledger } = await open();
		await ledger.listed([seen(), other], START, true);
		const since = async () => (await stuck(ledger))?.stuckSince;

		await ledger.listed([other], START + HOUR, false);
		const before = await since();
		await ledger.listed([], START + HOUR, true);

		expect([before, await since()]).toEqual([START, null]);
		expect(await ledger.stuckCount(START)).toBe(1);
	});

	test("a run that a whole round did not find begins anew when it is back", async () => {
		const { ledger } = await open();
		await ledger.listed([seen(), other], START, true);

		await ledger.listed([other], START + HOUR, true);
		const gone = await stuck(ledger);
		await ledger.listed([seen(), other], START + 2 * HOUR, true);

		expect(gone?.stuckSince).toBeNull();
		expect((await stuck(ledger))?.stuckSince).toBe(START + 2 * HOUR);
		expect((await stuck(ledger, other))?.stuckSince).toBe(START);
	});

	test("a round that did not look for all takes no time from those that it did not find", async () => {
		const { ledger } = await open();
		await ledger.listed([seen(), other], START, true);

		await ledger.listed([other], START + HOUR, false);

		expect((await stuck(ledger))?.stuckSince).toBe(START);
	});

	test("a new run of a record is stuck from its own beginning, and the old one no more", async () => {
		const { ledger } = await open();
		await ledger.listed([seen()], START, true);

		const next = seen({ ncaJobId: NEXT_RUN });
		await ledger.listed([next], START + HOUR, true);

		expect((await stuck(ledger, next))?.stuckSince).toBe(START + HOUR);
		expect((await stuck(ledger))?.stuckSince).toBeNull();
	});

	test.each([false, true])(
		"a run that is closed is stuck no more (again: %s)",
		async (again) => {
			const { ledger } = await open();
			await ledger.saw([seen()], START);
			if (again) await ledger.settled([outcome()], []);
			await ledger.listed([seen()], START, true);

			await ledger.settled([outcome({ again })], []);

			expect(await stuck(ledger)).toMatchObject({
				stuckSince: null,
				settled: { outcome: "completed" },
			});
		},
	);

	test("how many runs are stuck is counted from a time on", async () => {
		const { ledger } = await open();
		await ledger.listed([seen()], START, true);
		await ledger.listed([seen(), other], START + HOUR, true);

		const counts = [START - 1, START, START + HOUR].map((since) =>
			ledger.stuckCount(since),
		);

		expect(await Promise.all(counts)).toEqual([0, 1, 2]);
	});

	test("a job is found by an id that it has borne", async () => {
		const { ledger } = await open();
		await ledger.saw([seen(), seen({ ncaJobId: NEXT_RUN })], START);

		expect(await ledger.jobOf(RUN)).toBe(JOB);
		expect(await ledger.jobOf(NEXT_RUN)).toBe(JOB);
		expect(await ledger.jobOf(ncaJobId("run-unknown"))).toBeNull();
	});

	test.each([
		["its record", { jobId: JOB, ncaJobId: null }],
		["NCA's id", { jobId: null, ncaJobId: RUN }],
		["both", THE_RUN],
	])("a run is due at once by %s", async (_by, ids) => {
		const { ledger } = await open();
		await ledger.saw([seen(), other], START);
		const looks = [look, { ...look, jobId: OTHER, ncaJobId: NEXT_RUN }];
		await ledger.looked(looks, START);

		const changed = [await ledger.dueNow(ids), await ledger.dueNow(ids)];

		expect(changed).toEqual([1, 0]);
		expect(await stuck(ledger)).toMatchObject({ checkedAt: null });
		expect(await stuck(ledger, other)).toMatchObject({ checkedAt: START });
	});

	test.each([
		["nothing", { jobId: null, ncaJobId: null }],
		["a job unknown", { jobId: TARGET, ncaJobId: null }],
	])("no run is due by %s", async (_by, ids) => {
		const { ledger } = await open();
		await ledger.saw([seen({ ncaJobId: null }), seen()], START);
		await ledger.looked([look], START);

		await ledger.dueNow(ids);

		expect(await stuck(ledger)).toMatchObject({ checkedAt: START });
	});

	test("a run that is closed is not due", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);
		await ledger.looked([look], START);
		await ledger.settled([outcome()], []);

		await ledger.dueNow(THE_RUN);

		expect(await stuck(ledger)).toMatchObject({ checkedAt: START });
	});

	describe("a run that its record bears only since it was closed", () => {
		const closedUnder = outcome({ ncaJobId: NEXT_RUN, at: START });

		test("is that close", async () => {
			const { ledger } = await open();
			await ledger.saw([seen({ ncaJobId: null })], START);
			await ledger.settled([closedUnder], []);

			await ledger.saw([seen()], START + MINUTE);

			expect(await stuck(ledger)).toMatchObject({
				completedBefore: true,
				settled: { ncaJobId: NEXT_RUN },
			});
		});

		test("is another where it bore it before that", async () => {
			const { ledger } = await open();
			await ledger.saw([seen()], START - MINUTE);

			await ledger.settled([closedUnder], []);

			expect(await stuck(ledger)).toMatchObject({ settled: null });
		});

		test("is another where the record bore the first one's id", async () => {
			const { ledger } = await open();
			await ledger.saw([seen({ ncaJobId: NEXT_RUN })], START);
			await ledger.settled([closedUnder], []);

			await ledger.saw([seen()], START + 1);

			expect(await stuck(ledger)).toMatchObject({
				settled: null,
				completedBefore: false,
			});
		});
	});
}
