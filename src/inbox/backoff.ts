const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** No delay below is longer, ms. */
export const LONGEST_DELAY_MS = 11 * MINUTE;

/**
 * How long until a delivery that waits for something is looked at again, in ms:
 *
 * | waiting since | again after |
 * |---|---|
 * | under a minute | 5 s |
 * | under 5 minutes | 15 s |
 * | under an hour | 1 min |
 * | longer | 10 min |
 *
 * with up to a tenth more, so that what came together does not come back together.
 * @param chance from 0 to 1
 */
export function retryDelay(waitedMs: number, chance: number): number {
	return jitter(step(waitedMs), chance);
}

/** The longest pause, before jitter, ms: when a dependency is back, work goes on soon. */
export const LONGEST_PAUSE_MS = MINUTE;

/** How long the drain rests after the nth fault of a dependency in a row, in ms: 5 s, 10, 20, 40, then 60. */
export function pauseDelay(faults: number, chance: number): number {
	const delay = Math.min(5 * SECOND * 2 ** (faults - 1), LONGEST_PAUSE_MS);
	return jitter(delay, chance);
}

function step(waitedMs: number): number {
	if (waitedMs < MINUTE) return 5 * SECOND;
	if (waitedMs < 5 * MINUTE) return 15 * SECOND;
	return waitedMs < 60 * MINUTE ? MINUTE : 10 * MINUTE;
}

function jitter(delay: number, chance: number): number {
	return Math.round(delay * (1 + chance / 10));
}
