import type { ClosedRun } from "../../airtable/closed-run.ts";
import type { SeenJob } from "../../airtable/job-record.ts";
import type { JobEvent } from "../../settle/memory.ts";
import { nameOf } from "../run-key.ts";
import { closedNow, filesOf, foundClosed } from "./closed.ts";
import { type JobState, withRun } from "./state.ts";

/** Its record was read. @returns the job, and what that told of how it was closed */
export function afterSeen(
	before: JobState,
	seen: SeenJob,
	now: number,
): { job: JobState; events: JobEvent[] } {
	const known = before.seen;
	const remembered: JobState = {
		...before,
		seen: {
			firstSeenAt: known?.firstSeenAt ?? now,
			createdAt: known?.createdAt ?? seen.createdAt,
			operation: seen.operation ?? known?.operation ?? null,
			targetId: seen.targetId ?? known?.targetId ?? null,
		},
	};
	const { closed } = seen;
	const isNews = closed !== null && isNewsOf(before, closed);
	const job = withRun(
		isNews ? afterFoundClosed(remembered, closed) : remembered,
		seen.ncaJobId,
		({ seenAt }) => ({ seenAt: seenAt ?? now }),
		true,
	);
	return { job, events: isNews ? [foundClosed(seen.id, closed, now)] : [] };
}

/** What we know is newer than what the record says, unless we could not note it: then it is to be read back, too. */
function isNewsOf({ runs }: JobState, { ncaJobId, at }: ClosedRun): boolean {
	const run = runs.get(nameOf(ncaJobId));
	return !run || (run.settled === null && at > (run.reopenedAt ?? 0));
}

function afterFoundClosed(job: JobState, closed: ClosedRun): JobState {
	const { ncaJobId, at } = closed;
	const isKnown = job.runs.has(nameOf(ncaJobId));
	const files = filesOf(closed);
	return withRun(
		job,
		ncaJobId,
		({ seenAt }) => ({
			seenAt: isKnown ? seenAt : at,
			settled: closedNow({ ...closed, files, attachment: "pending" }),
		}),
		true,
	);
}
