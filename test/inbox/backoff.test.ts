import { expect, test } from "vitest";
import { pauseDelay, retryDelay } from "../../src/inbox/backoff.ts";
import { HOUR, MINUTE } from "../set-up.ts";

const SECOND = 1000;

test.each([
	[0, 5 * SECOND],
	[MINUTE - 1, 5 * SECOND],
	[MINUTE, 15 * SECOND],
	[5 * MINUTE - 1, 15 * SECOND],
	[5 * MINUTE, MINUTE],
	[HOUR - 1, MINUTE],
	[HOUR, 10 * MINUTE],
	[24 * HOUR, 10 * MINUTE],
])(
	"what has waited for %i ms is looked at again after %i ms",
	(waited, delay) => {
		expect(retryDelay(waited, 0)).toBe(delay);
	},
);

test.each([
	[1, 5 * SECOND],
	[2, 10 * SECOND],
	[3, 20 * SECOND],
	[4, 40 * SECOND],
	[5, MINUTE],
	[6, MINUTE],
	[5000, MINUTE],
])("after fault %i in a row the drain rests for %i ms", (faults, delay) => {
	expect(pauseDelay(faults, 0)).toBe(delay);
});

test("chance adds up to a tenth, and takes nothing away", () => {
	expect(retryDelay(0, 0.5)).toBe(5250);
	expect(retryDelay(0, 1)).toBe(5500);
	expect(pauseDelay(5, 0.5)).toBe(63_000);
	expect(pauseDelay(5, 1)).toBe(66_000);
});
