import { expect, test } from "vitest";
import { pollingFigures } from "../../src/monitor/polling.ts";
import { MINUTE, START } from "../set-up.ts";

const round = {
	checked: 0,
	recovered: 0,
	failed: 0,
	waiting: 0,
	errors: 0,
	foreign: 0,
};

test.each([
	["is told by when the last one began", 2 * MINUTE, START, "12:02:00"],
	["is none while none is due", Number.POSITIVE_INFINITY, START, undefined],
	["is none without polling", null, START, undefined],
	["is none before the first has begun", 2 * MINUTE, null, undefined],
])("the next round %s", (_what, everyMs, roundBegan, time) => {
	const stored = { round, roundBegan, roundEnded: null };

	const { next_round } = pollingFigures(stored, everyMs);

	expect(next_round?.slice(11, 19)).toBe(time);
});
