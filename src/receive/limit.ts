import type { Request, RequestHandler } from "express";
import { ipKeyGenerator, rateLimit, type Store } from "express-rate-limit";

type Needs = {
	/** Requests of one address within a minute; one more is answered 429. */
	most: number;
	/** The sender's, such that it cannot choose it. */
	addressOf: (req: Request) => string;
	/** ms of a clock that is never set */
	monotonic: () => number;
	/** Called once a minute for an address of which there are too many. */
	exceeded?: (req: Request) => void;
	/** How many addresses are counted one by one. */
	addresses?: number;
};

type Count = { hits: number; until: number };

const MINUTE = 60_000;
/** Who has one address of IPv6 has all of its /64. */
const IPV6_PREFIX = 64;
/** A count takes some 200 bytes: of a flood from everywhere, 2 MB. */
const ADDRESSES = 10_000;
/** Of those that come when so many are counted already, all together. */
const OTHERS = "others";

/** Passes on so many requests of an address within a minute, and answers those that follow with 429. */
export function createLimit({
	most,
	addressOf,
	monotonic,
	exceeded = () => {},
	addresses = ADDRESSES,
}: Needs): RequestHandler {
	const counts = new Map<string, Count>();

	/** The count that an address has, or would have. */
	function countOf(key: string): Count {
		const now = monotonic();
		// All last equally long, so the oldest are over first.
		for (const [old, { until }] of counts) {
			if (until > now) break;
			counts.delete(old);
		}
		const name = counts.has(key) || counts.size < addresses ? key : OTHERS;
		const known = counts.get(name);
		if (known) return known;
		const count = { hits: 0, until: now + MINUTE };
		counts.set(name, count);
		return count;
	}

	// The library's own store has no bound, and goes by a clock that can be set.
	const store: Store = {
		localKeys: true,
		increment(key) {
			const count = countOf(key);
			count.hits += 1;
			return { totalHits: count.hits, resetTime: undefined };
		},
		decrement() {},
		resetKey: (key) => void counts.delete(key),
	};
	const keyOf = (req: Request) => ipKeyGenerator(addressOf(req), IPV6_PREFIX);

	return rateLimit({
		limit: most,
		windowMs: MINUTE,
		keyGenerator: keyOf,
		store,
		legacyHeaders: false,
		// They would be written to the console.
		validate: false,
		handler(req, res) {
			const { hits, until } = countOf(keyOf(req));
			if (hits === most + 1) exceeded(req);
			const seconds = Math.max(1, Math.ceil((until - monotonic()) / 1000));
			res
				.status(429)
				.set("Retry-After", String(seconds))
				.json({ error: `too many requests: again in ${seconds} s` });
		},
	});
}
