import { inLargestUnit } from "../../age.ts";

/** What is told of a change. */
export type Notice = {
	event: "opened" | "resolved";
	/** Its id. */
	cause: string;
	title: string;
	/** When it opened, ms since the epoch. */
	since: number;
	/** ms since the epoch */
	at: number;
	/** One line; empty where nothing more is known. */
	details: string;
	meaning: string;
	remedy: string;
	links: string[];
};

/** Who is told. */
export type Channel = {
	/** Facts are kept under it. */
	name: string;
	/** Resolves when it has been taken. @throws Error with a fixed word for the fault, and nothing secret */
	send(notice: Notice, signal: AbortSignal): Promise<void>;
};

const LONGEST = 600;

/** Text from outside as one line: without control characters, invisible ones and line ends, and cut. */
export function asLine(text: string): string {
	const line = text
		.slice(0, 4 * LONGEST)
		.replace(/[\p{C}\p{Z}]+/gu, " ")
		.trim();
	return line.length > LONGEST
		? `${line.slice(0, LONGEST).toWellFormed()}…`
		: line;
}

/** @param ms how long */
export function inWords(ms: number): string {
	const { count, unit } = inLargestUnit(ms, "minute");
	if (count < 1) return "less than a minute";
	return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
