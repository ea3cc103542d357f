import type { Row } from "./row.ts";

const HEAD = { what: "", ratio: "ratio", goal: "goal", met: "" };

/** The rows in columns; the figures, which are as long as they are, come last. */
export function table(rows: readonly Row[]): string {
	const lines = [HEAD, ...rows.map((row) => ({ ...row, met: word(row.met) }))];
	const columns = (["what", "ratio", "goal", "met"] as const).map((column) => ({
		column,
		width: Math.max(...lines.map((line) => line[column].length)),
	}));
	return lines
		.map((line) =>
			[
				...columns.map(({ column, width }) => line[column].padEnd(width)),
				"figures" in line ? line.figures : "on this machine",
			].join("  "),
		)
		.join("\n");
}

function word(met: boolean | null): string {
	if (met === null) return "";
	return met ? "met" : "MISSED";
}
