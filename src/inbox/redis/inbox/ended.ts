import { noteOf, STATE_OF, verdictOf } from "../../ended-as.ts";
import type { Ending } from "../../inbox.ts";
import type { Kept } from "./requests.ts";

/** A request as it is when its claim has ended. What is our own is no repeat then, since its job may be found stuck again; nor is what was buried. */
export function ended(kept: Kept, ending: Ending): Kept {
	const again = ending.kind === "retry" ? ending : null;
	const state = STATE_OF[ending.kind];
	const isUnmatched = again !== null && again.dueAt === null;
	const isNoRepeat =
		state === "buried" || (kept.proof === "own" && again === null);
	return {
		...kept,
		state,
		reason: noteOf(ending),
		dueAt: again?.dueAt ?? null,
		waiting: state === "parked" ? kept.waiting : (again?.waiting ?? null),
		lookedAt: isUnmatched ? (kept.lookedAt ?? again.waiting.since) : null,
		repeatKey: isNoRepeat ? null : kept.repeatKey,
	};
}

/** Each is counted by its latest ending; what was done once stays counted so, however often it is taken again. */
export function counted(
	kept: Kept,
	ending: Ending,
	totals: Map<string, number>,
): Kept {
	if (ending.kind === "retry") return kept;
	const { task, state, via, countedAs } = kept;
	if (countedAs !== null) {
		if (JSON.parse(countedAs)[1] === "done") return kept;
		totals.set(countedAs, (totals.get(countedAs) ?? 0) - 1);
	}
	const as = JSON.stringify([task, state, verdictOf(ending), via]);
	totals.set(as, (totals.get(as) ?? 0) + 1);
	return { ...kept, countedAs: as };
}
