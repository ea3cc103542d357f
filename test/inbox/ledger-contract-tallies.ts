import { expect, test } from "vitest";
import { HOUR, MINUTE, START } from "../set-up.ts";
import { arrival, DAY } from "./awaited.ts";
import { NEXT_RUN, type OpenLedger, OTHER, outcome, seen } from "./seen.ts";

/** What is counted. */
export function talliesContract(open: OpenLedger): void {
	test("counts are added up by name, for ever and by the minute", async () => {
		const { ledger, reopen } = await open();

		await ledger.tally(new Map(Object.entries({ a: 1, b: 2 })), START);
		await ledger.tally(new Map([["a", 3]]), START + MINUTE);

		const again = await reopen();
		expect(await again.tallies()).toEqual(
			new Map(Object.entries({ a: 4, b: 2 })),
		);
		expect(await again.tallies(START + MINUTE - 1)).toEqual(
			new Map(Object.entries({ a: 4, b: 2 })),
		);
		expect(await again.tallies(START + MINUTE + 1)).toEqual(
			new Map([["a", 3]]),
		);
		expect(await again.tallies(START + 2 * MINUTE)).toEqual(new Map());
	});

	test("what was counted in the last day is told by the hour", async () => {
		const { ledger } = await open();
		const one = new Map([["a", 1]]);
		await ledger.tally(one, START - DAY);
		await ledger.tally(one, START - DAY + HOUR - 1);
		await ledger.tally(one, START);
		await ledger.tally(new Map([["b", 5]]), START + MINUTE);

		const byHour = await ledger.talliesByHour(START - DAY);

		expect(byHour).toEqual(
			new Map([
				[
					"a",
					new Map([
						[START - DAY, 2],
						[START, 1],
					]),
				],
				["b", new Map([[START, 5]])],
			]),
		);
	});

	test("a total stays when all else is forgotten", async () => {
		const { ledger } = await open();
		await ledger.tally(new Map([["a", 1]]), START - 26 * HOUR);
		await ledger.tally(new Map([["a", 2]]), START);

		await ledger.prune(START + DAY, START + DAY);
		await ledger.prune(START + DAY, START + DAY);

		expect(await ledger.tallies()).toEqual(new Map([["a", 3]]));
		expect(await ledger.tallies(START)).toEqual(new Map([["a", 2]]));
	});

	test("a run that is closed is counted by its outcome and how that was learnt, with the time since its job was made", async () => {
		const { ledger } = await open();
		await ledger.saw([seen(), seen({ id: OTHER })], START);

		await ledger.settled([outcome()], []);
		await ledger.settled(
			[outcome({ jobId: OTHER, outcome: "failed", via: "nca_status" })],
			[],
		);

		expect(await ledger.tallies(START)).toEqual(
			new Map(
				Object.entries({
					"settled completed webhook": 1,
					"settled failed nca_status": 1,
					"processing count": 2,
					"processing ms": 2 * HOUR,
					"recovery count": 1,
					"recovery ms": HOUR,
				}),
			),
		);
	});

	test("a run that is closed again is not counted again", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);
		await ledger.settled([outcome({ via: "polling" })], []);
		const before = await ledger.tallies();

		await ledger.settled([outcome({ via: "polling", again: true })], []);

		expect(before.get("settled completed polling")).toBe(1);
		expect(await ledger.tallies()).toEqual(before);
	});

	test("of a job that was never seen the close is counted, and no time", async () => {
		const { ledger } = await open();

		await ledger.settled([outcome({ via: "polling" })], []);

		expect(await ledger.tallies()).toEqual(
			new Map([["settled completed polling", 1]]),
		);
	});

	test("a job that was made after its close, by another clock, took no time", async () => {
		const { ledger } = await open();
		await ledger.saw([seen({ createdAt: START + 1000 })], START);

		await ledger.settled([outcome()], []);

		expect((await ledger.tallies()).get("processing ms")).toBe(0);
	});

	test("the first webhook of each run is counted, with the time since its job was made", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);

		const delays = [
			await ledger.arrived([arrival()]),
			await ledger.arrived([arrival({ at: START + MINUTE })]),
			await ledger.arrived([arrival({ ncaJobId: NEXT_RUN, at: START + HOUR })]),
		];

		expect(delays).toEqual([[HOUR], [], [2 * HOUR]]);
		expect(await ledger.tallies()).toEqual(
			new Map(Object.entries({ "delay count": 2, "delay ms": 3 * HOUR })),
		);
	});

	test("what NCA says in a webhook's stead is none, and of an unknown job there is no delay", async () => {
		const { ledger } = await open();
		await ledger.saw([seen()], START);

		const delays = await ledger.arrived([
			arrival({ via: "nca_status" }),
			arrival({ jobId: OTHER }),
		]);

		expect(delays).toEqual([]);
		expect(await ledger.tallies()).toEqual(new Map());
	});
}
