/** Rows under their heads, in columns as wide as what stands in them; the last is not filled up. */
export function table(
	heads: readonly string[],
	rows: readonly (readonly string[])[],
): string[] {
	const all = [heads, ...rows];
	const widths = heads.map((_, nth) =>
		all.reduce((most, row) => Math.max(most, row[nth]?.length ?? 0), 0),
	);
	return all.map((row) =>
		row
			.map((cell, nth) => cell.padEnd(widths[nth] ?? 0))
			.join("  ")
			.trimEnd(),
	);
}
