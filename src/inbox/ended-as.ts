import type { Ending, EndingTotal, State } from "./inbox.ts";

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

/** What an ending is counted by beside its state: what was buried has each a reason of its own. */
export function verdictOf(ending: Ending): string {
	return ending.kind === "bury" ? "" : (noteOf(ending) ?? "");
}

/** An ending and how many there were. @param ending what they are counted by, as it is kept: a list in JSON */
export function asEndingTotal(ending: string, total: number): EndingTotal {
	// What we wrote ourselves needs no second check.
	const [task, state, verdict, via] = JSON.parse(ending);
	return { task, state, verdict, via, total };
}
