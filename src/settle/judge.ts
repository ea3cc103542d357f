import { failure, success } from "./believe.ts";
import { type Case, isOtherRun, runOf } from "./case.ts";
import { type Instead, weighEarlier } from "./earlier.ts";
import type { Judgement, Rules } from "./judgement.ts";

/** Pure: the same case has the same judgement. @param now ms since the epoch */
export function judge(
	one: Case,
	rules: Rules,
	now: number,
): Judgement & { instead?: Instead } {
	const { verdict } = one.reading;
	const { owner } = one.job;
	if (owner === "foreign") return { kind: "park", reason: "foreign job" };
	if (owner === "unclear") {
		return {
			kind: "wait",
			park: "foreign job",
			why: "the record does not say whose job it is",
		};
	}
	if (verdict.kind === "none") return { kind: "park", reason: "no verdict" };
	if (isStale(one)) return { kind: "stale" };
	const instead = weighEarlier(one, rules, now);
	if (typeof instead === "object") return instead;
	if (isNoLongerStuck(one, rules)) return { kind: "moot" };
	const judgement =
		verdict.kind === "failed"
			? failure(one, verdict.reason)
			: success(one, verdict.urls, rules);
	return { ...judgement, instead };
}

/** Of a run that this record bore before the one it bears now. */
function isStale(one: Case): boolean {
	if (!isOtherRun(one)) return false;
	return one.history.runs.some(
		(run) => run.seen && run.ncaJobId === runOf(one),
	);
}

/** A job is given up only while it is stuck, and while no run of it has a file. */
function isNoLongerStuck(
	{ delivery, job, history }: Case,
	{ pollingStatuses }: Rules,
): boolean {
	if (delivery.via !== "timeout") return false;
	return (
		!pollingStatuses.includes(job.status) ||
		history.runs.some(({ settled }) => settled?.outcome === "completed")
	);
}
