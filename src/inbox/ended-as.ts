import type { Ending, State } from "./inbox.ts";

/** Where a request stands that has ended so. */
export const STATE_OF: Record<Ending["kind"], State> = {
	done: "done",
	stale: "stale",
	retry: "retry",
	park: "parked",
	bury: "buried",
};

/** What is noted of an ending beside its state. */
export function noteOf(ending: Ending): string | null {
	if (ending.kind === "done") return ending.verdict;
	return ending.kind === "stale" ? null : ending.reason;
}
