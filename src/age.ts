const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const words = new Intl.RelativeTimeFormat("en");

type Unit = "second" | "minute" | "hour" | "day";

/** A stretch of time in the largest unit of which it is at least two, or in the finest, rounded down. @param ms not negative */
export function inLargestUnit(
	ms: number,
	finest: "second" | "minute" = "second",
): { count: number; unit: Unit } {
	if (ms >= 2 * DAY) return { count: Math.floor(ms / DAY), unit: "day" };
	if (ms >= 2 * HOUR) return { count: Math.floor(ms / HOUR), unit: "hour" };
	return ms >= 2 * MINUTE || finest === "minute"
		? { count: Math.floor(ms / MINUTE), unit: "minute" }
		: { count: Math.floor(ms / SECOND), unit: "second" };
}

/**
 * How long ago a time was, or in how long it is, in the largest unit of which it is at least two: `3 minutes ago`,
 * `in 40 seconds`. @param at ms since the epoch @param now likewise
 */
export function ageInWords(at: number, now: number): string {
	const far = Math.abs(at - now);
	if (far < SECOND) return "now";
	const { count, unit } = inLargestUnit(far);
	return words.format(at < now ? -count : count, unit);
}

/** A time that may be none, as a machine and as a person reads it. @param at ms since the epoch */
export function timed<Name extends string>(
	name: Name,
	at: number | null,
	now: number,
): Record<`${Name}_at` | `${Name}_age`, string | null> {
	const both = {
		[`${name}_at`]: at === null ? null : new Date(at).toISOString(),
		[`${name}_age`]: at === null ? null : ageInWords(at, now),
	};
	// A name that is put together is any text to the compiler.
	return both as Record<`${Name}_at` | `${Name}_age`, string | null>;
}
