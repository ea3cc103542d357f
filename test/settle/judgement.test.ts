import { describe, expect, test } from "vitest";
import { judged, type Outcome } from "./judgement-bench.ts";
import {
	type Combination,
	combinations,
	ofJob,
	ofWebhook,
	type Row,
	rowFor,
	WORDS,
} from "./judgement-table.ts";

/** What a target is to say when its job has that status. */
const TARGET: Record<string, string> = {
	completed: "combined",
	failed: "combination_failed",
	processing: "Combining Media",
};

/** The rows that hold for a combination: the webhook's follows from what became of the job. */
function rowsFor(is: Combination): { job: Row; webhook: Row } {
	const job = rowFor(ofJob, is);
	const webhook = job && rowFor(ofWebhook, { ...is, ...job.becomes });
	if (!job || !webhook)
		throw new Error(`no row fits ${Object.values(is).join(" | ")}`);
	return { job, webhook };
}

/** What must become of it, by the tables. */
function expected(is: Combination): Outcome {
	const { job, webhook } = rowsFor(is);
	const { status = "", via } = job.becomes;
	const own = is.webhook.endsWith("B") ? "B" : "A";
	const closed = via === "webhook" ? own : "A";
	const run = status === "processing" ? "-" : closed;
	const target = TARGET[status] ?? "-";
	return {
		job: { ...job.becomes, run, target },
		webhook: webhook.becomes,
	};
}

/** In one line, in the order of what is wanted, of whose `why` it is enough that it is said. */
function inOneLine(is: Combination, got: Outcome, wanted: Outcome): string {
	const said = (["job", "webhook"] as const).flatMap((part) =>
		Object.entries(wanted[part]).map(([column, cell]) => {
			const text = got[part][column] ?? "";
			const isSaid = column === "why" && cell !== "-" && text.includes(cell);
			return isSaid ? cell : text;
		}),
	);
	return [...Object.values(is), ...said].join(" | ");
}

describe("the tables", () => {
	test("have a row for every combination", () => {
		expect(combinations().map(rowsFor)).toHaveLength(7 * 2 * 5 * 7 * 4);
	});

	test("have no row that is never used", () => {
		const used = new Set(
			combinations()
				.map(rowsFor)
				.flatMap(({ job, webhook }) => [job, webhook]),
		);

		const unused = [...ofJob, ...ofWebhook].filter((row) => !used.has(row));

		expect(unused.map(({ text }) => text)).toEqual([]);
	});
});

describe.each(WORDS.proved)("with its sender proved: %s", (proved) => {
	test.each(WORDS.age)(
		"every job of this age is judged by them: %s",
		async (age) => {
			const all = combinations().filter(
				(is) => is.proved === proved && is.age === age,
			);

			const outcomes = await judged(all, { proved, age });

			const lines = (of: readonly Outcome[]) =>
				all.flatMap((is, nth) => {
					const one = of[nth];
					return one ? inOneLine(is, one, expected(is)) : [];
				});
			expect(lines(outcomes)).toEqual(lines(all.map(expected)));
		},
	);
});
