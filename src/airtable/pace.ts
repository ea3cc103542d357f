import { createLeastTime } from "./least-time.ts";

/** Airtable refuses a whole base for 30 s after a 429: https://airtable.com/developers/web/api/rate-limits */
export const LOCKOUT_MS = 30_000;
/** The engine shares the base: after a 429 we keep to half our share for so long. */
export const CAUTIOUS_MS = 10 * 60_000;
/** How long a request can be under way before it reaches Airtable, at the most, ms. */
export const LONGEST_WAY_MS = 2_000;
/** What clocks and timers can be off by, ms. */
export const SLACK_MS = 20;

/** When requests to one base may go, whoever sends them. */
export type Pace = {
	/** Lets one of this kind go now, by an id; or says how long to wait before asking again, ms. */
	take(kind: string): Promise<{ id: string } | { waitMs: number }>;
	/** The request of that id is over: it was done `tookMs` after it went; null: refused, or not answered. */
	answered(id: string, tookMs: number | null): Promise<void>;
	/** Airtable said 429: nobody may for 30 s, and half as many for ten minutes. */
	throttled(): Promise<void>;
};

type Needs = {
	requestsPerSecond: number;
	/** ms of a clock that is never set, such as `performance.now`. */
	monotonic: () => number;
};

/** A request that was let go: at `latest` Airtable had it. */
type Sent = { id: string; kind: string; latest: number };

/**
 * The pace of a process that has the base to itself. Evenly spaced; and never more in a window than allowed, as
 * Airtable counts them, which is when they arrive. Nobody tells when that was: the way there takes longer on a new
 * connection than on one in use.
 *
 * But the way back of one request and the way there of a later one take no less together than the quickest takes there
 * and back: `m`. So, the first answered at `a` and the other sent at `s`, they arrive at least `s - a + m` apart, and
 * a window is over at `a - m + window`. What `m` is, the latest answers tell, a write taking longer than a read.
 */
export function createPace({ requestsPerSecond, monotonic }: Needs): Pace {
	/** So many in so many ms. */
	const most = Math.max(1, Math.floor(requestsPerSecond));
	const windowMs = (most / requestsPerSecond) * 1000;
	const sent: Sent[] = [];
	const leastTime = createLeastTime();
	let taken = 0;
	let free = Number.NEGATIVE_INFINITY;
	let cautiousUntil = Number.NEGATIVE_INFINITY;

	function windowNow(): number {
		return monotonic() < cautiousUntil ? 2 * windowMs : windowMs;
	}

	/** When the next may go. */
	function next(): number {
		const first = sent.length < most ? undefined : sent[0];
		const open = first ? first.latest + windowNow() + SLACK_MS : free;
		return Math.max(free, open);
	}

	return {
		async take(kind) {
			const time = monotonic();
			const waitMs = next() - time;
			if (waitMs > 0) return { waitMs };
			// A timer's lateness is made up for; a rest is not.
			const due = time - free <= SLACK_MS ? free : time;
			free = due + windowNow() / most;
			taken += 1;
			const one = { id: String(taken), kind, latest: time + LONGEST_WAY_MS };
			sent.push(one);
			if (sent.length > most) sent.shift();
			return { id: one.id };
		},
		async answered(id, tookMs) {
			const at = monotonic();
			const one = sent.find((some) => some.id === id);
			if (!one) return;
			// What is refused is answered sooner than what is done.
			if (tookMs === null) {
				one.latest = Math.min(one.latest, at);
				return;
			}
			const least = leastTime(one.kind, tookMs);
			one.latest = Math.min(one.latest, at - least);
		},
		async throttled() {
			const time = monotonic();
			free = time + LOCKOUT_MS;
			cautiousUntil = time + CAUTIOUS_MS;
		},
	};
}
