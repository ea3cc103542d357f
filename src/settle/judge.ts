import { failure, success } from "./believe.ts";
import { type Case, isOtherRun, runOf, settledOf } from "./case.ts";
import { type Instead, weighEarlier, whenSetBack } from "./earlier.ts";
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
	if (isStale(one, rules, now)) return { kind: "stale" };
	const instead = weighEarlier(one, rules, now);
	if (typeof instead === "object") return instead;
	if (instead === "itself") return { ...asBefore(one, rules), instead };
	if (isNoLongerStuck(one, rules)) return { kind: "moot" };
	const judgement =
		verdict.kind === "failed"
			? failure(one, verdict.reason)
			: success(one, verdict.urls, rules);
	return { ...judgement, instead };
}

/** Of a run that this record bore, or was closed for, before the one that it bears now. */
function isStale(one: Case, { setBackMs }: Rules, now: number): boolean {
	if (!isOtherRun(one)) return false;
	const run = one.history.runs.find(({ ncaJobId }) => ncaJobId === runOf(one));
	if (!run) return false;
	const { seen, settled } = run;
	return (
		seen ||
		(settled !== null && whenSetBack(settled, now, setBackMs) === "anew")
	);
}

/** The outcome of a run that was set back, as it was, whatever else this delivery says of it. */
function asBefore(one: Case, rules: Rules): Judgement {
	const settled = settledOf(one.history, runOf(one));
	if (settled?.outcome === "failed")
		return { kind: "fail", reason: settled.reason };
	const urls = settled?.files.map(({ url }) => url) ?? [];
	// Under another SPACES_BASE_URL than then, only what is said now can be proved.
	const areOurs = urls.length > 0 && urls.every((url) => rules.locate(url));
	const { verdict } = one.reading;
	const said = verdict.kind === "completed" ? verdict.urls : [];
	return success(one, areOurs ? urls : said, rules);
}

/** A job is given up only while it is stuck, and was not completed under an id that its record never bore. */
function isNoLongerStuck(
	{ delivery, job, history }: Case,
	{ pollingStatuses }: Rules,
): boolean {
	if (delivery.via !== "timeout") return false;
	return (
		!pollingStatuses.includes(job.status) ||
		history.runs.some(
			({ seen, settled }) => !seen && settled?.outcome === "completed",
		)
	);
}
