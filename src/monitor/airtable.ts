import type { Figures } from "./figures.ts";
import { callsOfMonth } from "./quota.ts";
import { sumOf } from "./rates.ts";
import type { Stored } from "./stored.ts";

/** @param monthlyLimit calls; null: none is set */
export function airtableFigures(
	{ at, counts, depth }: Stored,
	monthlyLimit: number | null,
): Figures["airtable"] {
	const { oldestAt } = depth;
	return {
		calls_this_month: callsOfMonth(counts, at),
		monthly_limit: monthlyLimit,
		throttled: sumOf(counts, ["airtable 429"]),
		oldest_waiting_seconds:
			oldestAt === null ? null : Math.max(0, at - oldestAt) / 1000,
	};
}
