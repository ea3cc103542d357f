import type { Answer } from "../../probe/http.ts";
import { table } from "../table.ts";
import { meaningOf, plainly } from "./meaning.ts";
import { isTaken, type Sent } from "./send.ts";

const LONGEST_ANSWER = 60;
/** An answer that takes longer holds NCA's worker for as long, ms. */
const SLOW_MS = 1_000;

/** What came back, as a table; and below it what is wrong, each once. */
export function reportLines(
	url: string,
	secret: string | undefined,
	sent: readonly Sent[],
): string[] {
	const rows = sent.map(({ name, answer, ms }) => [
		name,
		answer.kind === "answered" ? String(answer.status) : "-",
		inShort(answer),
		ms.toFixed(1),
	]);
	const wrong = sent.filter((one) => !isTaken(one));
	const meanings = new Set(
		wrong.map(({ answer }) => {
			const what = answer.kind === "answered" ? answer.status : answer.why;
			return `${what}: ${meaningOf(answer, { secret })}`;
		}),
	);
	return [
		`Sent to ${withoutQuery(url)}, each as a test${secret ? ", signed" : ""}.`,
		"",
		...table(["sample", "status", "answer", "ms"], rows),
		"",
		...meanings,
		...slow(sent),
		wrong.length === 0
			? `All ${sent.length} were taken as tests: a webhook that reaches this URL is taken.`
			: `${wrong.length} of ${sent.length} were not taken: a webhook of NCA's would be lost.`,
	];
}

function slow(sent: readonly Sent[]): string[] {
	const longest = Math.max(...sent.map(({ ms }) => ms));
	return longest < SLOW_MS
		? []
		: [
				`The slowest took ${(longest / 1000).toFixed(1)} s: so long NCA's worker stands still with each webhook.`,
			];
}

function inShort(answer: Answer): string {
	const line = plainly(answer.kind === "answered" ? answer.text : answer.why);
	return line.length > LONGEST_ANSWER
		? `${line.slice(0, LONGEST_ANSWER - 1)}…`
		: line;
}

/** There may be a token in it. */
function withoutQuery(url: string): string {
	const { origin, pathname } = new URL(url);
	return `${origin}${pathname}`;
}
