import type { Looked } from "./subject.ts";

/** What a round did: `checked` is the sum of the four after it; `jobs` also names those that were left. */
export type RoundReport = {
	checked: number;
	recovered: number;
	failed: number;
	waiting: number;
	errors: number;
	jobs: Looked[];
};

/** Counts what was looked at. */
export function asReport(jobs: Looked[]): RoundReport {
	const count = (verdict: Looked["verdict"]) =>
		jobs.filter((job) => job.verdict === verdict).length;
	const counts = {
		recovered: count("recovered"),
		failed: count("failed"),
		waiting: count("waiting"),
		errors: count("error"),
	};
	const checked =
		counts.recovered + counts.failed + counts.waiting + counts.errors;
	return { checked, ...counts, jobs };
}
