import type { NcaJobId } from "../../job.ts";
import type { StuckRun } from "../ledger/rounds.ts";
import { idOf, nameOf } from "../run-key.ts";
import type { JobState, RunState } from "./state.ts";

/** What a round is to know of a run; null where nothing is. */
export function asStuckRun(
	job: Pick<JobState, "runs">,
	ncaJobId: NcaJobId | null,
): StuckRun | null {
	const run = job.runs.get(nameOf(ncaJobId));
	if (!run) return null;
	const other = closedBefore(job, nameOf(ncaJobId));
	const isUnseen = other !== null && other.run.seenAt === null;
	// Closed while its record bore no id, before this one was seen: the engine wrote late.
	const wroteLate =
		isUnseen && (run.seenAt ?? 0) >= (other.run.settled?.at ?? 0);
	const { stuckSince, checkedAt, askedAt, ncaSaid, endpoint } = run;
	return {
		stuckSince,
		checkedAt,
		askedAt,
		ncaSaid,
		endpoint,
		settled:
			settledAs(run, nameOf(ncaJobId)) ??
			(wroteLate ? settledAs(other.run, other.name) : null),
		completedBefore: isUnseen && other.run.settled?.outcome === "completed",
	};
}

/** Another run of the job that was closed: first one that its record never bore, then the latest. */
function closedBefore(
	job: Pick<JobState, "runs">,
	name: string,
): { name: string; run: RunState } | null {
	const [first] = [...job.runs]
		.flatMap(([other, run]) =>
			other !== name && run.settled
				? [{ name: other, run, at: run.settled.at }]
				: [],
		)
		.sort(
			(a, b) =>
				Number(a.run.seenAt !== null) - Number(b.run.seenAt !== null) ||
				b.at - a.at,
		);
	return first ?? null;
}

function settledAs({ settled }: RunState, name: string): StuckRun["settled"] {
	return settled && { ...settled, ncaJobId: idOf(name) };
}
