/** Airtable refuses a whole base for 30 s after a 429: https://airtable.com/developers/web/api/rate-limits */
const LOCKOUT_MS = 30_000;
/** The engine shares the base: after a 429 we keep to half our share for so long. */
const CAUTIOUS_MS = 10 * 60_000;
/** What a request's way can shrink the gap to the one before it by, as a share of the gap. */
const MARGIN = 1.05;

export type Limiter = {
	/** Resolves when it is this caller's turn; in order of asking. */
	turn(): Promise<void>;
	/** Airtable said 429: nobody's turn for 30 s, and half the pace for ten minutes. */
	throttled(): void;
};

type Needs = {
	requestsPerSecond: number;
	/** ms of a clock that is never set, such as `performance.now`. */
	monotonic: () => number;
	sleep: (ms: number) => Promise<unknown>;
};

/** One for a base, since all its tables share the limit: evenly spaced, no bursts. */
export function createLimiter({
	requestsPerSecond,
	monotonic,
	sleep,
}: Needs): Limiter {
	const gap = (1000 / requestsPerSecond) * MARGIN;
	let free = Number.NEGATIVE_INFINITY;
	let cautiousUntil = Number.NEGATIVE_INFINITY;
	let queue: Promise<void> = Promise.resolve();

	async function wait(): Promise<void> {
		while (monotonic() < free) await sleep(free - monotonic());
		const time = monotonic();
		free = time + (time < cautiousUntil ? 2 * gap : gap);
	}

	return {
		turn() {
			queue = queue.then(wait);
			return queue;
		},
		throttled() {
			const time = monotonic();
			free = time + LOCKOUT_MS;
			cautiousUntil = time + CAUTIOUS_MS;
		},
	};
}
