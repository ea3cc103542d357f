import { expect, test } from "vitest";
import { createDependency } from "../../src/monitor/dependencies.ts";
import { createClock, MINUTE, START } from "../set-up.ts";

function setUp() {
	const clock = createClock();
	return { clock, ...createDependency(clock.now) };
}

test("of what nothing was heard, nothing is known", () => {
	expect(setUp().state()).toEqual({
		state: "unknown",
		since: null,
		why: null,
		status: null,
		at: null,
	});
});

test("it is failing since the first of an unbroken row of faults, for the reason of the last", () => {
	const { clock, heard, state } = setUp();
	heard("HEAD 500", 500);
	clock.advance(MINUTE);

	heard("HEAD 503", 503);

	expect(state()).toEqual({
		state: "failing",
		since: START,
		why: "HEAD 503",
		status: 503,
		at: START + MINUTE,
	});
});

test("one answer ends the row, and the next fault begins another", () => {
	const { clock, heard, state } = setUp();
	heard("no answer");
	clock.advance(MINUTE);
	heard(null, 200);
	const answered = state();
	clock.advance(MINUTE);

	heard("no answer");

	expect(answered).toMatchObject({
		state: "ok",
		since: START + MINUTE,
		why: null,
		status: 200,
	});
	expect(state()).toMatchObject({
		state: "failing",
		since: START + 2 * MINUTE,
		status: null,
	});
});

test("a fault that is a page long is cut", () => {
	const { heard, state } = setUp();

	heard("x".repeat(10_000));

	expect(state().why).toHaveLength(300);
});
