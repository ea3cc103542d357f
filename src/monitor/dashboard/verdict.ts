import type { DependencyNow, Overview } from "./overview.ts";
import type { Tone } from "./parts.ts";
import { counted } from "./words.ts";

/** Whether all is well, in one line. */
export type Verdict = {
	tone: Tone;
	/** One word or two, for the window's title as well. */
	word: string;
	line: string;
};

/** What is broken comes before what waits for a person, and that before what is merely so. */
export function verdictOf(overview: Overview): Verdict {
	const { figures, alerts } = overview;
	const { status } = figures.webhooks;
	const broken = [
		// First: of what else is wrong it may be the cause.
		...failing(overview).map(({ name }) => `${name} fails`),
		...alerts.map(({ title }) => title),
		...(status.startsWith("WARNING") && alerts.length === 0
			? [status.replace(/^WARNING: /, "")]
			: []),
	];
	if (broken.length > 0) {
		const [first = "", ...more] = broken;
		const rest = more.length > 0 ? `, and ${more.length} more` : "";
		const word = counted(broken.length, "problem");
		const line = `${first.charAt(0).toUpperCase()}${first.slice(1)}${rest}`;
		return { tone: "bad", word, line };
	}
	const { stuck, buried } = figures.jobs;
	const waits = [
		...(buried > 0
			? [`${counted(buried, "item")} ${isOrAre(buried)} buried`]
			: []),
		...(stuck > 0 ? [`${counted(stuck, "job")} ${isOrAre(stuck)} stuck`] : []),
	];
	if (waits.length > 0) {
		const line = `No problem is known; ${waits.join(" and ")}`;
		return { tone: "warn", word: "Look", line };
	}
	if (status === "No webhooks received") {
		return { tone: "calm", word: "Waiting", line: "No webhook has come yet" };
	}
	const line = "No problem is known, and no job is stuck";
	return { tone: "good", word: "Healthy", line };
}

/** Those that do not answer, and of whom no alert says so. */
export function failing({ alerts, dependencies }: Overview): DependencyNow[] {
	const isTold = alerts.some(({ id }) => id === "airtable_refusing");
	return dependencies.filter(
		({ name, state }) =>
			state === "failing" && !(isTold && name === "Airtable"),
	);
}

const isOrAre = (number: number) => (number === 1 ? "is" : "are");
