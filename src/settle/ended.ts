import type { Settled } from "../job.ts";
import type { Flushed } from "./flush.ts";
import type { Closing, Plan } from "./plan.ts";
import { readBackTime } from "./read-back/due.ts";

/** How the delivery ends for which a close was written, or was to be. @param at ms since the epoch */
export function ended(
	how: Flushed | undefined,
	{ job, ncaJobId, outcome, instead, operation, target }: Closing,
	{ readBack }: Plan,
	at: number,
): Settled {
	const run = { jobId: job.id, ncaJobId };
	switch (how?.kind) {
		case "written":
			return {
				kind: "done",
				verdict:
					instead === "nothing"
						? outcome.kind
						: `${outcome.kind} instead of ${instead}`,
				closed: run,
				...(readBack &&
					operation &&
					target && {
						readBack: {
							...run,
							operation,
							targetId: target.id,
							dueAt: readBackTime(at),
						},
					}),
			};
		case "fault":
			return how;
		case "refused":
			return {
				kind: "wait",
				why: `Airtable refused ${how.table}.${how.field}: ${how.why}`,
				patienceMs: Number.POSITIVE_INFINITY,
				park: "refused",
			};
		default:
			// Read a moment ago: the next look says whether it is really gone.
			return {
				kind: "wait",
				why: "the record is gone",
				patienceMs: Number.POSITIVE_INFINITY,
				park: "gone",
			};
	}
}
