import type { Arrival, Memory } from "../../settle/memory.ts";

/** Jobs and the runs that their records bear. */
export type SeenJobs = Pick<Memory, "saw" | "recall" | "newestFor" | "jobOf">;

/** What became of runs. */
export type SettledRuns = Pick<
	Memory,
	"settled" | "attachment" | "attachedAgain" | "reopened"
>;

/** The webhooks that came for runs. */
export type Arrivals = {
	/** Webhooks that were expected, or not. @returns of each that is its run's first: how long after its job was made it came, ms */
	arrived(arrivals: readonly Arrival[]): Promise<number[]>;
};
