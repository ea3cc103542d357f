import type { ClosedRun } from "../../airtable/closed-run.ts";
import type { RecordId } from "../../job.ts";
import type { ProvenFile, SettledOutcome } from "../../settle/case.ts";
import type { JobEvent } from "../../settle/memory.ts";

/** A run that is closed for the first time. */
export function closedNow(
	first: Omit<SettledOutcome, "closedAgain" | "attachedAgain">,
): SettledOutcome {
	const { outcome, via, at, reason, files, attachment } = first;
	const never = { closedAgain: 0, attachedAgain: 0 };
	return { ...never, outcome, via, at, reason, files, attachment };
}

/** The files of a run that its record tells of: it keeps the URLs alone. */
export function filesOf({ urls }: ClosedRun): ProvenFile[] {
	return urls.map((url) => ({
		url,
		name: url.slice(url.lastIndexOf("/") + 1),
		size: 0,
	}));
}

/** That a record was read which tells of a close that was not known. @param now ms since the epoch */
export function foundClosed(
	jobId: RecordId,
	{ ncaJobId, outcome, via, at }: ClosedRun,
	now: number,
): JobEvent {
	const facts = { outcome, via, settled_at: new Date(at).toISOString() };
	return { jobId, ncaJobId, at: now, what: "found closed", facts };
}
