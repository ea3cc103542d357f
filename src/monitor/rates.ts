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

/** Below it, of 24 hours, something is wrong. */
export const LEAST_SUCCESS = 0.9;

/** Of the webhooks that came to an end, or are not JSON, the share that ended done. */
export function successRate(counts: Counts): number | null {
	const done = sumOf(counts, ["ended done"]);
	const failed = sumOf(counts, ["ended buried", "webhook malformed"]);
	return rate(done, done + failed);
}

/** How many jobs were closed because polling found how they ended, and because a webhook said so. */
export function closesOf(counts: Counts): {
	recovered: number;
	delivered: number;
} {
	const settledBy = (via: string) =>
		sumOf(counts, [`settled completed ${via}`, `settled failed ${via}`]);
	return {
		recovered: settledBy("polling") + settledBy("nca_status"),
		delivered: settledBy("webhook"),
	};
}
