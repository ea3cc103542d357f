import type { OperationFigures } from "./expected.ts";

/** So many of an operation's latest jobs tell how long one takes. */
export const SAMPLE = 1000;

/** How long a job takes. @param seconds of each of some, in any order */
export function percentiles(
	seconds: readonly number[],
): Pick<OperationFigures, "p50Seconds" | "p99Seconds"> {
	const ordered = seconds.toSorted((a, b) => a - b);
	const rank = (part: number) =>
		ordered[Math.ceil(ordered.length * part) - 1] ?? null;
	return { p50Seconds: rank(0.5), p99Seconds: rank(0.99) };
}
