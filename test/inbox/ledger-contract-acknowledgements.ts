import { expect, test } from "vitest";
import { HOUR, START } from "../set-up.ts";
import { DAY } from "./awaited.ts";
import type { OpenLedger } from "./seen.ts";

const of = (...counts: [bucket: number, count: number][]) => new Map(counts);

/** How long acknowledgements took. */
export function acknowledgementsContract(open: OpenLedger): void {
	test("before anything was measured there is nothing", async () => {
		const { ledger } = await open();

		expect(await ledger.acknowledgements(START)).toEqual(of());
	});

	test("what is counted is added to what was", async () => {
		const { ledger } = await open();

		await ledger.acknowledged(START, of([0.5, 2], [10, 1]));
		await ledger.acknowledged(START + HOUR, of([10, 3], [20, 1]));

		expect(await ledger.acknowledgements(START)).toEqual(
			of([0.5, 2], [10, 4], [20, 1]),
		);
	});

	test("only those since a time are told, from the beginning of its hour", async () => {
		const { ledger } = await open();
		await ledger.acknowledged(START - 1, of([1, 5]));
		await ledger.acknowledged(START, of([2, 6]));

		expect(await ledger.acknowledgements(START + HOUR - 1)).toEqual(of([2, 6]));
	});

	test("they are still there when the store is opened again", async () => {
		const { ledger, reopen } = await open();
		await ledger.acknowledged(START, of([1, 5]));

		const again = await reopen();

		expect(await again.acknowledgements(START)).toEqual(of([1, 5]));
	});

	test("what is no longer kept is forgotten", async () => {
		const { ledger } = await open();
		await ledger.acknowledged(START - 8 * DAY, of([1, 5]));
		await ledger.acknowledged(START, of([2, 6]));

		await ledger.prune(START - 7 * DAY, 0);

		expect(await ledger.acknowledgements(0)).toEqual(of([2, 6]));
	});
}
