import type { Figures } from "./figures.ts";
import { averageSeconds, rate } from "./rates.ts";
import type { Stored } from "./stored.ts";

export function jobFigures(stored: Stored): Figures["jobs"] {
	const { counts, depth, inProcessing, round } = stored;
	const { stuck, expected } = inProcessing;
	return {
		created_per_hour: stored.madeInLastHour,
		average_processing_seconds: averageSeconds(counts, "processing"),
		stuck,
		stuck_rate: rate(stuck, stuck + expected),
		foreign: round.foreign,
		waiting: depth.waiting,
		buried: depth.buried,
	};
}
