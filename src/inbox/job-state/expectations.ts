import type { RecordId } from "../../job.ts";
import type { Expectation } from "../ledger/expected.ts";
import { idOf } from "../run-key.ts";
import type { JobState } from "./state.ts";

/** The webhooks of a job that were expected, the first at the beginning. */
export function asExpectations(
	jobId: RecordId,
	expected: JobState["expected"],
): Expectation[] {
	return [...expected]
		.map(([name, { workSeconds: _, resolvedAt: __, ...one }]) => ({
			jobId,
			ncaJobId: idOf(name),
			...one,
		}))
		.toSorted((a, b) => a.at - b.at);
}
