import {
	type Case,
	isOtherRun,
	runOf,
	type SettledOutcome,
	settledOf,
} from "./case.ts";
import type { Judgement, Rules } from "./judgement.ts";

/** What a new outcome takes the place of. */
export type Instead =
	| "nothing"
	/** Ours, for want of any news: it was provisional. */
	| "a timeout"
	/** A completion that polling inferred, and that NCA denies. */
	| "a false positive"
	/** `failed`, by another hand than ours. */
	| "another's failure"
	/** An outcome of ours, for another run of the record. */
	| "another run"
	/** The same, which the engine set back. */
	| "itself";

/** So often is a job closed again. */
const MOST_CLOSED_AGAIN = 2;

/**
 * A run is in processing although we closed it: it is to be closed `again`, as it was; was closed again often
 * enough, and is `left`; or, later, is a person's request to judge it `anew`. @param now ms since the epoch
 */
export function whenSetBack(
	{ at, closedAgain }: Pick<SettledOutcome, "at" | "closedAgain">,
	now: number,
	setBackMs: number,
): "again" | "left" | "anew" {
	if (now - at > setBackMs) return "anew";
	return closedAgain < MOST_CLOSED_AGAIN ? "again" : "left";
}

/** What was known before: it decides, or says what a new outcome takes the place of. @param now ms since the epoch */
export function weighEarlier(
	one: Case,
	rules: Rules,
	now: number,
): Judgement | Instead {
	const { job, history, reading } = one;
	const earlier = settledOf(history, runOf(one));
	const isFinal =
		job.status === rules.completedStatus || job.status === rules.failedStatus;
	if (!earlier) return isFinal ? finalStatus(one, rules) : "nothing";

	const gives = givesWayTo(one, earlier);
	const same = earlier.outcome === reading.verdict.kind;
	if (!isFinal) {
		const back = whenSetBack(earlier, now, rules.setBackMs);
		if (back === "anew") return "nothing";
		if (gives) return gives;
		if (!same) return { kind: "conflicts" };
		return back === "again" ? "itself" : { kind: "agrees" };
	}
	const ours =
		earlier.outcome === "completed"
			? rules.completedStatus
			: rules.failedStatus;
	if (!same && !gives) return { kind: "conflicts" };
	if (job.status !== ours) return finalStatus(one, rules);
	return gives ?? { kind: "agrees" };
}

/** The first outcome of a run stands, but for these two. */
export function givesWayTo(
	{ delivery, reading }: Case,
	{ outcome, via }: Pick<SettledOutcome, "outcome" | "via">,
): Instead | null {
	if (via === "timeout") return delivery.via === "timeout" ? null : "a timeout";
	const ofNca = delivery.via === "webhook" || delivery.via === "nca_status";
	const inferred = outcome === "completed" && via === "polling";
	return inferred && ofNca && reading.verdict.kind === "failed"
		? "a false positive"
		: null;
}

/** A final status that is not this run's doing. */
function finalStatus(one: Case, { failedStatus }: Rules): Judgement | Instead {
	const { job, reading, history } = one;
	const failed = reading.verdict.kind === "failed";
	if (isOtherRun(one)) {
		// The engine may have submitted it again, and not written the new id yet.
		return {
			kind: "wait",
			park: failed ? "unconfirmed" : "unproven",
			why: "the record is closed, under another External Job ID",
		};
	}
	const isOurs = (outcome: SettledOutcome["outcome"]) =>
		history.runs.some(({ settled }) => settled?.outcome === outcome);
	if (job.status === failedStatus) {
		if (failed) return { kind: isOurs("failed") ? "agrees" : "conflicts" };
		return isOurs("failed") ? "another run" : "another's failure";
	}
	if (failed) return { kind: "conflicts" };
	// The file of the run that the record bears takes the place of another's.
	if (isOurs("completed")) return "another run";
	return { kind: "compare" };
}
