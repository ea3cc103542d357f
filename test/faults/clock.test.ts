import { describe } from "vitest";
import { HOUR, MINUTE } from "../set-up.ts";
import { testFault } from "./outside/try-fault.ts";

/** What is asked goes on being answered: it is the clock alone that is wrong. */
const heard = (_req: unknown, _res: unknown, next: () => void) => next();

const steps: Record<string, readonly number[]> = {
	"an hour forward": [HOUR],
	"an hour back": [-HOUR],
	"a day forward": [25 * HOUR],
	"an hour forward and back": [HOUR, -HOUR],
	"an hour back and forward": [-HOUR, HOUR],
};

describe("the clock is stepped", () => {
	for (const [what, [there = 0, back]] of Object.entries(steps))
		testFault(`the clock ${what}`, {
			begin({ clock, fail }) {
				fail.airtable(heard);
				clock.step(there);
			},
			end({ clock, fail }) {
				clock.step(back ?? 0);
				fail.airtable(null);
			},
			steps: 6,
			stepMs: MINUTE,
		});
});
