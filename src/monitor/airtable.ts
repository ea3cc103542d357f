import type { Figures } from "./figures.ts";
import { sumOf } from "./rates.ts";
import type { Stored } from "./stored.ts";

/** @param monthlyLimit calls; null: none is set */
export function airtableFigures(
	{ at, counts, depth }: Stored,
	monthlyLimit: number | null,
): Figures["airtable"] {
	const month = new Date(at).toISOString().slice(0, 7);
	const { oldestAt } = depth;
	return {
		calls_this_month: sumOf(counts, [`airtable calls ${month}`]),
		monthly_limit: monthlyLimit,
		throttled: sumOf(counts, ["airtable 429"]),
		oldest_waiting_seconds:
			oldestAt === null ? null : Math.max(0, at - oldestAt) / 1000,
	};
}
