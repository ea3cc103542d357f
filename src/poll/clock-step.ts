import { CLOCK_STEPPED } from "../inbox/ledger/facts.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Log } from "../log.ts";

/** Less than that is what clocks are put right by, ms. */
const STEP_MS = 5 * 60_000;

type Needs = {
	ledger: Pick<Ledger, "note">;
	log: Log;
	now: () => number;
	/** ms of a clock that is never set */
	monotonic: () => number;
};

/**
 * Looks whether the clock was set, or stood still with the machine, since the last look, and notes when. For how long a job
 * was seen before that, nobody can say.
 */
export function createClockWatch({ ledger, log, now, monotonic }: Needs) {
	let last: { now: number; monotonic: number } | null = null;

	return async function lookAtClock(): Promise<void> {
		const here = { now: now(), monotonic: monotonic() };
		const before = last ?? here;
		const by = here.now - before.now - (here.monotonic - before.monotonic);
		if (Math.abs(by) >= STEP_MS) {
			await ledger.note(CLOCK_STEPPED, here.now);
			log.warn({ seconds: Math.round(by / 1000) }, "clock was stepped");
		}
		// Not before it is noted: what the store did not take is found again.
		last = here;
	};
}
