import { describe, expect, test } from "vitest";
import {
	averageSeconds,
	closesOf,
	rate,
	successRate,
} from "../../src/monitor/rates.ts";

const counts = (all: Record<string, number>) => new Map(Object.entries(all));

test("of nothing there is no rate", () => {
	const none = new Map<string, number>();

	const rates = [successRate(none), rate(0, 0), averageSeconds(none, "delay")];

	expect(rates).toEqual([null, null, null]);
});

describe("the success of webhooks", () => {
	const some = counts({
		"ended done": 6,
		"ended buried": 2,
		"ended parked": 40,
		"ended stale": 40,
		"webhook malformed": 4,
		"webhook unproven": 40,
	});

	test("is what ended done, of what ended or is not JSON", () => {
		expect(successRate(some)).toBe(0.5);
	});
});

test("recovered is what polling and NCA's status told ; what a person said, or a time-out, is neither that nor delivered", () => {
	const some = counts({
		"settled completed webhook": 4,
		"settled failed webhook": 2,
		"settled completed polling": 1,
		"settled failed nca_status": 1,
		"settled completed manual": 9,
		"settled failed timeout": 9,
	});

	expect(closesOf(some)).toEqual({ recovered: 2, delivered: 6 });
});
