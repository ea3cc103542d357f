type Counts = ReadonlyMap<string, number>;

/** How many these names count together. */
export function sumOf(counts: Counts, names: readonly string[]): number {
	return names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
}

/** From 0 to 1; null where nothing was measured. */
export function rate(part: number, whole: number): number | null {
	return whole === 0 ? null : part / whole;
}

/** The mean of what is counted as `{what} ms` and `{what} count`, seconds; null where nothing was measured. */
export function averageSeconds(counts: Counts, what: string): number | null {
	const ms = rate(
		sumOf(counts, [`${what} ms`]),
		sumOf(counts, [`${what} count`]),
	);
	return ms === null ? null : ms / 1000;
}

/** Of the webhooks that came to an end, the share that ended done; what is not JSON is not among them. */
export function doneRate(counts: Counts): number | null {
	const done = sumOf(counts, ["ended done"]);
	return rate(done, done + sumOf(counts, ["ended buried"]));
}

/** The same, and what is not JSON has failed as well. */
export function successRate(counts: Counts): number | null {
	const done = sumOf(counts, ["ended done"]);
	const failed = sumOf(counts, ["ended buried", "webhook malformed"]);
	return rate(done, done + failed);
}

/** Of the jobs that we closed by NCA's word or by their file, the share whose webhook was not first. */
export function lossRate(counts: Counts): number | null {
	const settledBy = (...vias: string[]) =>
		sumOf(
			counts,
			vias.flatMap((via) => [
				`settled completed ${via}`,
				`settled failed ${via}`,
			]),
		);
	const recovered = settledBy("polling", "nca_status");
	return rate(recovered, recovered + settledBy("webhook"));
}
