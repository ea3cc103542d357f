import type { Pace } from "./pace.ts";

export type Limiter = {
	/**
	 * Resolves when it is this caller's turn, in order of asking; what it resolves to is called when the request is
	 * over, with whether it was done.
	 * @param kind what the request is, since some take longer than others
	 */
	turn(kind: string): Promise<(done: boolean) => void>;
	/** Airtable said 429. */
	throttled(): Promise<void>;
};

type Needs = {
	pace: Pace;
	/** ms of a clock that is never set, such as `performance.now`. */
	monotonic: () => number;
	sleep: (ms: number) => Promise<unknown>;
};

/** Who waits for the pace of a base: one for a process, since all tables share its limit. */
export function createLimiter({ pace, monotonic, sleep }: Needs): Limiter {
	let queue: Promise<unknown> = Promise.resolve();
	let answer = Promise.withResolvers<void>();

	async function wait(kind: string): Promise<(done: boolean) => void> {
		for (;;) {
			// It can open the way sooner than was said.
			const { promise } = answer;
			const taken = await pace.take(kind);
			if ("id" in taken) return going(taken.id);
			await Promise.race([sleep(taken.waitMs), promise]);
		}
	}

	function going(id: string): (done: boolean) => void {
		const began = monotonic();
		return async (done) => {
			const tookMs = done ? monotonic() - began : null;
			// Where it cannot be told, it costs time, and nothing else.
			await pace.answered(id, tookMs).catch(() => {});
			answer.resolve();
			answer = Promise.withResolvers();
		};
	}

	return {
		turn(kind) {
			const turn = queue.then(() => wait(kind));
			queue = turn.catch(() => {});
			return turn;
		},
		throttled: () => pace.throttled(),
	};
}
