/** Airtable refuses a whole base for 30 s after a 429: https://airtable.com/developers/web/api/rate-limits */
const LOCKOUT_MS = 30_000;
/** The engine shares the base: after a 429 we keep to half our share for so long. */
const CAUTIOUS_MS = 10 * 60_000;
/** How long a request can be under way before it reaches Airtable, at the most, ms. */
const LONGEST_WAY_MS = 2_000;
/** What clocks and timers can be off by, ms. */
const SLACK_MS = 20;

export type Limiter = {
	/** Resolves when it is this caller's turn, in order of asking; what it resolves to is called at the answer. */
	turn(): Promise<() => void>;
	/** Airtable said 429: nobody's turn for 30 s, and half the pace for ten minutes. */
	throttled(): void;
};

type Needs = {
	requestsPerSecond: number;
	/** ms of a clock that is never set, such as `performance.now`. */
	monotonic: () => number;
	sleep: (ms: number) => Promise<unknown>;
};

/** A request that was let go: until `latest` it can reach Airtable. `answer` is null once it was answered. */
type Sent = { latest: number; answer: Promise<void> | null };

/**
 * One for a base, since all its tables share the limit. Evenly spaced; and since the way of a request takes longer
 * on a new connection than on one in use, a window counts from when Airtable must have had it: by its answer.
 */
export function createLimiter({
	requestsPerSecond,
	monotonic,
	sleep,
}: Needs): Limiter {
	/** So many in so many ms. */
	const most = Math.max(1, Math.floor(requestsPerSecond));
	const windowMs = (most / requestsPerSecond) * 1000;
	const sent: Sent[] = [];
	let free = Number.NEGATIVE_INFINITY;
	let cautiousUntil = Number.NEGATIVE_INFINITY;
	let queue: Promise<unknown> = Promise.resolve();

	function windowNow(): number {
		return monotonic() < cautiousUntil ? 2 * windowMs : windowMs;
	}

	/** When the next may go. */
	function next(): number {
		const first = sent.length < most ? undefined : sent[0];
		const open = first ? first.latest + windowNow() + SLACK_MS : free;
		return Math.max(free, open);
	}

	async function wait(): Promise<() => void> {
		while (monotonic() < next()) {
			const rest = sleep(Math.max(0, next() - monotonic()));
			await Promise.race([rest, sent[0]?.answer ?? rest]);
		}
		const time = monotonic();
		free = time + windowNow() / most;
		const { promise, resolve } = Promise.withResolvers<void>();
		const one: Sent = { latest: time + LONGEST_WAY_MS, answer: promise };
		sent.push(one);
		if (sent.length > most) sent.shift();
		return () => {
			one.latest = Math.min(one.latest, monotonic());
			one.answer = null;
			resolve();
		};
	}

	return {
		turn() {
			const turn = queue.then(wait);
			queue = turn;
			return turn;
		},
		throttled() {
			const time = monotonic();
			free = time + LOCKOUT_MS;
			cautiousUntil = time + CAUTIOUS_MS;
		},
	};
}
