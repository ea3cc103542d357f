import type { RecordId } from "../../job.ts";
import type { KnownJob } from "../ledger/known-jobs.ts";
import { idOf } from "../run-key.ts";
import { isOpen } from "./expected.ts";
import type { ExpectedState, JobState, RunState } from "./state.ts";
import { asStuckRun } from "./stuck-run.ts";

/** A job as a person is shown it; null where neither its record was seen nor its webhook is announced. */
export function asKnownJob(jobId: RecordId, job: JobState): KnownJob | null {
	const { seen } = job;
	const [awaited] = awaitedOf(job);
	const latest = latestRun(job);
	const createdAt = seen?.createdAt ?? awaited?.one.at;
	if (createdAt === undefined) return null;
	const name = latest?.name || awaited?.name || "";
	const settled = latest && asStuckRun(job, idOf(latest.name))?.settled;
	return {
		jobId,
		ncaJobId: idOf(name),
		operation: seen?.operation ?? awaited?.one.operation ?? null,
		targetId: seen?.targetId ?? null,
		state: stateOf(latest?.run, awaited?.one, settled?.outcome),
		createdAt,
		firstSeenAt: seen?.firstSeenAt ?? createdAt,
		stuckSince: latest?.run.stuckSince ?? null,
		checkedAt: latest?.run.checkedAt ?? null,
		ncaSaid: latest?.run.ncaSaid ?? null,
		looked: lookOf(latest?.run),
		settled: settled
			? {
					outcome: settled.outcome,
					via: settled.via,
					at: settled.at,
					reason: settled.reason,
				}
			: null,
	};
}

function stateOf(
	run: RunState | undefined,
	awaited: ExpectedState | undefined,
	outcome: "completed" | "failed" | undefined,
): KnownJob["state"] {
	if (run && run.stuckSince !== null) return "stuck";
	if (awaited) return "expected";
	return outcome ?? "seen";
}

/** What was announced, is not here, and was not found otherwise since; the latest first. */
function awaitedOf({
	runs,
	expected,
}: JobState): { name: string; one: ExpectedState }[] {
	const closedAt = Math.max(
		...[...runs.values()].map(({ settled }) => settled?.at ?? -1),
	);
	return [...expected]
		.map(([name, one]) => ({ name, one }))
		.filter(({ one }) => one.announced && isOpen(one) && closedAt < one.at)
		.toSorted((a, b) => b.one.at - a.one.at);
}

/** The one that is stuck; else that of which something was heard last. */
function latestRun({
	runs,
}: JobState): { name: string; run: RunState } | undefined {
	const heardAt = ({ seenAt, settled }: RunState) =>
		Math.max(seenAt ?? 0, settled?.at ?? 0);
	const [latest] = [...runs]
		.map(([name, run]) => ({ name, run }))
		.toSorted(
			(a, b) =>
				Number(b.run.stuckSince !== null) - Number(a.run.stuckSince !== null) ||
				heardAt(b.run) - heardAt(a.run) ||
				(a.name < b.name ? 1 : -1),
		);
	return latest;
}

function lookOf(run: RunState | undefined): KnownJob["looked"] {
	// What we wrote ourselves needs no second check.
	return run?.looked
		? (JSON.parse(run.looked) as { verdict: string; why: string })
		: null;
}
