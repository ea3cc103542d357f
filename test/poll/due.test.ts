import { describe, expect, test } from "vitest";
import { isDue, pollingInterval } from "../../src/poll/due.ts";
import { MINUTE, START } from "../set-up.ts";

const SECOND = 1000;

test.each([
	[0, null],
	[5 * MINUTE - 1, null],
	[5 * MINUTE, 2],
	[15 * MINUTE - 1, 2],
	[15 * MINUTE, 5],
	[60 * MINUTE - 1, 5],
	[60 * MINUTE, 15],
	[30 * 24 * 60 * MINUTE, 15],
	[-MINUTE, null],
])("a job of %i ms is looked for every %j minutes", (age, minutes) => {
	expect(pollingInterval(age)).toBe(minutes && minutes * MINUTE);
});

/** Whether a job of this age is due, last looked at so long ago, by rounds of so many minutes. */
function due(age: number, ago: number | null, round = 2 * MINUTE): boolean {
	const checkedAt = ago === null ? null : START - ago;
	return isDue({ createdAt: START - age, checkedAt }, START, round);
}

describe("a job is due", () => {
	test("at first as soon as it is five minutes old", () => {
		expect(due(5 * MINUTE - 1, null)).toBe(false);
		expect(due(5 * MINUTE, null)).toBe(true);
		expect(due(90 * MINUTE, null)).toBe(true);
	});

	test.each([
		["young", 10 * MINUTE, 2 * MINUTE],
		["older", 30 * MINUTE, 5 * MINUTE],
		["old", 120 * MINUTE, 15 * MINUTE],
	])("again when its interval has passed: %s", (_what, age, interval) => {
		expect(due(age, interval)).toBe(true);
		expect(due(age, interval + MINUTE)).toBe(true);
		expect(due(age, 30 * SECOND)).toBe(false);
	});

	test("though the round comes a little early, by half of a round", () => {
		expect(due(30 * MINUTE, 4 * MINUTE)).toBe(true);
		expect(due(30 * MINUTE, 4 * MINUTE - 1)).toBe(false);
	});

	test("by half of its own interval at most, however rare the rounds", () => {
		expect(due(10 * MINUTE, MINUTE, 60 * MINUTE)).toBe(true);
		expect(due(10 * MINUTE, MINUTE - 1, 60 * MINUTE)).toBe(false);
	});

	test("never while it is too young, though it was looked at by hand", () => {
		expect(due(4 * MINUTE, 60 * MINUTE)).toBe(false);
	});

	test("where it was looked at in the future: the clock was set back", () => {
		expect(due(10 * MINUTE, -MINUTE)).toBe(true);
	});
});

test("rounds that drift by seconds look at a young job in each of them", () => {
	let checkedAt = START;
	const looked = [118, 241, 357, 482].map((seconds) => {
		const now = START + seconds * SECOND;
		const due = isDue(
			{ createdAt: START - 5 * MINUTE, checkedAt },
			now,
			2 * MINUTE,
		);
		if (due) checkedAt = now;
		return due;
	});

	expect(looked).toEqual([true, true, true, true]);
});
