export type DependencyState = {
	/** `unknown`: nothing was heard of it yet. */
	state: "unknown" | "ok" | "failing";
	/** Since when it is so, ms since the epoch: failing since the first of an unbroken row of faults. */
	since: number | null;
	/** Why it is failing: the last fault. */
	why: string | null;
	/** HTTP status of what was last heard, where there was an answer that tells. */
	status: number | null;
	/** When it was last heard of, ms since the epoch. */
	at: number | null;
};

export type Dependency = {
	/** How it answered; null: without a fault of its own. */
	heard(fault: string | null, status?: number | null): void;
	state(): DependencyState;
};

/** A vendor can send pages of text. */
const LONGEST_WHY = 300;

/** How a dependency is, from what this process last heard of it: nobody is asked. */
export function createDependency(now: () => number): Dependency {
	let last: DependencyState = {
		state: "unknown",
		since: null,
		why: null,
		status: null,
		at: null,
	};

	return {
		heard(fault, status = null) {
			const at = now();
			const state = fault === null ? "ok" : "failing";
			const since = state === last.state ? last.since : at;
			const why = fault?.slice(0, LONGEST_WHY) ?? null;
			last = { state, since, why, status, at };
		},
		state: () => last,
	};
}
