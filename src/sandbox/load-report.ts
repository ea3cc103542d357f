import { count, seconds } from "./load-progress.ts";
import type { LoadResult } from "./load-run.ts";

/** Of what is missing, so many are named. */
const NAMED = 10;

/** What a person is told in the end. */
export function reportLines({
	figures,
	wrong,
	airtable,
	complaints,
	end,
}: LoadResult): string[] {
	const { wanted, made, closed, elapsedMs, answers, slowestMs } = figures;
	const { requests, throttled } = airtable;
	const each = closed > 0 ? `, ${(requests / closed).toFixed(2)} a job` : "";
	const rate = (closed / elapsedMs) * 1000;
	const rows: [string, string][] = [
		["made", count(made)],
		["closed", `${count(closed)}, ${rate.toFixed(1)} a second`],
		["by webhook", count(figures.webhook)],
		["by polling", count(figures.polling)],
	];
	if (figures.ncaStatus > 0)
		rows.push(["by asking NCA", count(figures.ncaStatus)]);
	if (slowestMs !== null)
		rows.push(["slowest", `${seconds(slowestMs)} from its file to its close`]);
	if (answers)
		rows.push([
			"answers",
			`kept NCA waiting ${answers.half} ms (half of them no longer), ${answers.slowest} ms at most`,
		]);
	rows.push([
		"Airtable",
		`${count(requests)} requests${each}; ${count(throttled)} refused for being too many (429)`,
	]);
	return [
		...rows.map(([what, text]) => `  ${what.padEnd(14)} ${text}`),
		...[...complaints].map(
			([text, times]) => `  logged as an error, ${count(times)} times: ${text}`,
		),
		"",
		verdict(),
		...missing(),
	];

	function verdict(): string {
		const progress = `${count(closed)} of ${count(wanted)} jobs were closed in ${seconds(elapsedMs)}.`;
		switch (end) {
			case "all closed":
				return `Every job was closed rightly, in ${seconds(elapsedMs)}.`;
			case "interrupted":
				return `Stopped by you: ${progress}`;
			case "the program ended":
				return `The program ended by itself: ${progress}`;
			case "too late":
				return `Given up: ${progress}`;
		}
	}

	function missing(): string[] {
		if (end === "all closed" || end === "interrupted") return [];
		const named = wrong
			.slice(0, NAMED)
			.map(
				({ job, wrong }) =>
					`  ${job.id} ${job.part.operation}, ${job.part.story}: ${wrong}`,
			);
		const rest = wrong.length - named.length;
		return rest > 0 ? [...named, `  and ${count(rest)} more`] : named;
	}
}
