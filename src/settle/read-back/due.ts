import type { ReadBack } from "../../job.ts";
import { type Case, operationOf, runOf, settledOf, targetOf } from "../case.ts";

/** Airtable fetches what was attached some seconds later; what is due is read together. ms */
export const READ_BACK_MS = 15_000;

/** When what was attached now is first read back: on a grid, so that one call reads many. @param at ms since the epoch */
export function readBackTime(at: number): number {
	return Math.ceil(at / READ_BACK_MS + 0.7) * READ_BACK_MS;
}

/** The errand of a job that was found closed, and whose files have not been read back. */
export function readBackOf(one: Case, now: number): { readBack?: ReadBack } {
	const { job, history } = one;
	const ncaJobId = runOf(one);
	const settled = settledOf(history, ncaJobId);
	// A ledger that was lost may have neither.
	const operation = history.operation ?? operationOf(one);
	const targetId = history.targetId ?? (operation && targetOf(one, operation));
	return settled?.outcome === "completed" &&
		settled.attachment === "pending" &&
		operation &&
		targetId
		? {
				readBack: {
					jobId: job.id,
					ncaJobId,
					operation,
					targetId,
					dueAt: readBackTime(now),
				},
			}
		: {};
}
