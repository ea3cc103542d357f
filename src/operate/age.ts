const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const words = new Intl.RelativeTimeFormat("en");

/**
 * How long ago a time was, or in how long it is, in the largest unit of which it is at least two: `3 minutes ago`,
 * `in 40 seconds`. @param at ms since the epoch @param now likewise
 */
export function ageInWords(at: number, now: number): string {
	const ms = at - now;
	const far = Math.abs(ms);
	if (far < SECOND) return "now";
	if (far < 2 * MINUTE) return words.format(Math.trunc(ms / SECOND), "second");
	if (far < 2 * HOUR) return words.format(Math.trunc(ms / MINUTE), "minute");
	if (far < 2 * DAY) return words.format(Math.trunc(ms / HOUR), "hour");
	return words.format(Math.trunc(ms / DAY), "day");
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
