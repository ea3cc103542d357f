import { faultFields, type Transient } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { LONGEST_DELAY_MS, pauseDelay } from "../backoff.ts";

type Needs = { log: Log; now: () => number; random: () => number };

/** The rest that the drain takes after a fault of a dependency, longer with each in a row. */
export type Rest = {
	/** There was one more fault. */
	begin(fault: Transient): void;
	/** There was none this time. */
	end(): void;
	/** Whether the last thing that was tried met a fault. */
	isOwed(): boolean;
	isOn(): boolean;
	/** ms since the epoch */
	until(): number;
};

/** No rest is owed at first. */
export function createRest({ log, now, random }: Needs): Rest {
	let faults = 0;
	let restUntil = 0;

	return {
		begin(fault) {
			faults += 1;
			restUntil = now() + pauseDelay(faults, random());
			const until = new Date(restUntil).toISOString();
			const fields = { ...faultFields(fault), until };
			if (faults === 1) log.error(fields, "drain paused");
			else log.warn(fields, "drain still paused");
		},
		end() {
			if (faults > 0) log.info({ faults }, "drain resumed");
			faults = 0;
		},
		isOwed: () => faults > 0,
		// Nor where the clock was set back so far that it would be longer than any rest.
		isOn: () => now() < restUntil && restUntil - now() <= LONGEST_DELAY_MS,
		until: () => restUntil,
	};
}
