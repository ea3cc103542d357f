import { styleText } from "node:util";
import type { Finding } from "./check.ts";
import type { Diagnosis } from "./diagnose.ts";

type State = Finding["state"];

const MARKS = {
	ok: "✓",
	broken: "✗",
	warning: "!",
	unknown: "?",
} as const satisfies Record<State, string>;

const COLOURS = {
	ok: "green",
	broken: "red",
	warning: "yellow",
	unknown: "cyan",
} as const satisfies Record<State, string>;

const COUNTED = {
	ok: "ok",
	broken: "broken",
	warning: "to look at",
	unknown: "not known",
} as const satisfies Record<State, string>;

/** Whether nothing is broken. */
export function isWell(findings: readonly Diagnosis[]): boolean {
	return findings.every(({ state }) => state !== "broken");
}

/** For a machine: whether all is well, and each finding with its area. */
export function asJson(findings: readonly Diagnosis[]): string {
	return JSON.stringify({ ok: isWell(findings), findings }, null, 2);
}

/** For a person: by area, each remedy below what it is for, and a line of counts. */
export function asText(
	findings: readonly Diagnosis[],
	coloured: boolean,
): string {
	const paint = (style: Parameters<typeof styleText>[0], text: string) =>
		coloured ? styleText(style, text, { validateStream: false }) : text;
	const lines: string[] = [];
	let current = "";
	for (const { area, check, state, found, remedy } of findings) {
		if (area !== current) lines.push("", paint("bold", area));
		current = area;
		lines.push(`  ${paint(COLOURS[state], MARKS[state])} ${check}: ${found}`);
		if (remedy !== null) lines.push(`      → ${remedy}`);
	}
	const states = Object.keys(MARKS) as State[];
	const counts = states.map((state) => {
		const count = findings.filter((one) => one.state === state).length;
		const text = `${MARKS[state]} ${count} ${COUNTED[state]}`;
		return count > 0 ? paint(COLOURS[state], text) : text;
	});
	return [...lines, "", counts.join("   "), ""].join("\n");
}
