/** Airtable refuses a whole base for 30 s after a 429: https://airtable.com/developers/web/api/rate-limits */
const LOCKOUT_MS = 30_000;
/** What a request's way can shrink the gap to the one before it by, as a share of the gap. */
const MARGIN = 1.05;

export type Limiter = {
	/** Resolves when it is this caller's turn; in order of asking. */
	turn(): Promise<void>;
	/** Airtable said 429: nobody's turn for 30 s. */
	throttled(): void;
};

type Needs = {
	requestsPerSecond: number;
	now: () => number;
	sleep: (ms: number) => Promise<unknown>;
};

/** One for a base, since all its tables share the limit: evenly spaced, no bursts. */
export function createLimiter({
	requestsPerSecond,
	now,
	sleep,
}: Needs): Limiter {
	const gap = (1000 / requestsPerSecond) * MARGIN;
	let free = 0;
	let closedUntil = 0;
	let queue: Promise<void> = Promise.resolve();

	async function wait(): Promise<void> {
		for (;;) {
			const at = Math.max(free, closedUntil);
			if (now() >= at) break;
			await sleep(at - now());
		}
		free = now() + gap;
	}

	return {
		turn() {
			queue = queue.then(wait);
			return queue;
		},
		throttled() {
			closedUntil = now() + LOCKOUT_MS;
		},
	};
}
