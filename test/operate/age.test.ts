import { expect, test } from "vitest";
import { ageInWords } from "../../src/age.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");

test.each([
	[0, "now"],
	[-999, "now"],
	[-1_000, "1 second ago"],
	[-119_999, "119 seconds ago"],
	[-120_000, "2 minutes ago"],
	[-7 * 60_000, "7 minutes ago"],
	[-2 * 3_600_000, "2 hours ago"],
	[-47.9 * 3_600_000, "47 hours ago"],
	[-48 * 3_600_000, "2 days ago"],
	[-2000 * 86_400_000, "2,000 days ago"],
	[40_000, "in 40 seconds"],
	[3 * 60_000, "in 3 minutes"],
])("%d ms from now is %s", (ms, words) => {
	expect(ageInWords(NOW + ms, NOW)).toBe(words);
});
