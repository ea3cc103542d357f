import type { Figures } from "./figures.ts";
import type { Stored } from "./stored.ts";
import { asTime } from "./times.ts";

/** @param everyMs from one round to the next, ms; Infinity: none is due for now; null: polling is off */
export function pollingFigures(
	{
		round,
		roundBegan,
		roundEnded,
	}: Pick<Stored, "round" | "roundBegan" | "roundEnded">,
	everyMs: number | null,
): Figures["polling"] {
	const at = asTime(roundEnded);
	const next =
		everyMs === null ||
		everyMs === Number.POSITIVE_INFINITY ||
		roundBegan === null
			? null
			: roundBegan + everyMs;
	return {
		enabled: everyMs !== null,
		last_round: at === null ? null : { at, ...countsOf(round) },
		next_round: asTime(next),
	};
}

function countsOf(round: Stored["round"]) {
	return {
		checked: round.checked ?? 0,
		recovered: round.recovered ?? 0,
		failed: round.failed ?? 0,
		waiting: round.waiting ?? 0,
		errors: round.errors ?? 0,
		foreign: round.foreign ?? 0,
	};
}
