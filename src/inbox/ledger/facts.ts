/** The fact of when a job of NCA's was last known to have finished. */
export const NCA_FINISHED = "nca_finished";
/** Counts of webhooks that passed proof; a test is recorded, and nothing else. */
export const RECEIVED: readonly string[] = [
	"webhook accepted",
	"webhook duplicate",
	"webhook parked",
	"webhook malformed",
];
/** The fact of when the last of these came, to a second. */
export const LAST_RECEIVED = "last_received";
/** The fact of when the last round began, also one that did not come to its end. */
export const LAST_ROUND = "last_round";
/** The fact of when the last round ended that was no dry run. */
export const ROUND_ENDED = "round_ended";
/** The fact of how many time-outs are held, as far as rounds know. */
export const ROUND_HELD = "round_held";
/** When the clock was last found to have been set, by what it says since. */
export const CLOCK_STEPPED = "clock_stepped";
/** What that round counted: each a fact, `round_…`. */
export const ROUND_COUNTS = [
	"checked",
	"recovered",
	"failed",
	"waiting",
	"errors",
	"foreign",
] as const;
/** The fact of how many webhooks came late, ever. */
export const LATE_WEBHOOKS = "late_webhooks";

/** Single numbers, by name. */
export type Facts = {
	/** A time, or a mark, that was noted under a name. */
	fact(name: string): Promise<number | null>;
	note(name: string, value: number): Promise<void>;
};
