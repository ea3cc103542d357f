import { inertText } from "../../inert.ts";
import { createConceal } from "../../secret.ts";
import type { Diagnosis } from "./diagnose.ts";

/** What is shorter stands in words that are no secret. */
const LEAST = 6;

/**
 * Takes out of what is shown any secret of this environment, and what would steer a terminal: other parties' words
 * stand in it.
 */
export function createClean(
	env: NodeJS.ProcessEnv,
): (finding: Diagnosis) => Diagnosis {
	const conceal = createConceal(env, LEAST);
	const clean = (text: string) => inertText(conceal(text));
	return ({ area, check, state, found, remedy }) => ({
		area,
		check: clean(check),
		state,
		found: clean(found),
		remedy: remedy === null ? null : clean(remedy),
	});
}
