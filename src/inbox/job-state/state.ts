import type { NcaJobId, RecordId } from "../../job.ts";
import type { OperationName } from "../../operations.ts";
import type { SettledOutcome } from "../../settle/case.ts";
import type { NcaWord } from "../ledger/nca.ts";
import { nameOf } from "../run-key.ts";

/** What is known of one run. Times are ms since the epoch. */
export type RunState = {
	/** When the record was first seen to bear it. */
	seenAt: number | null;
	settled: SettledOutcome | null;
	reopenedAt: number | null;
	checkedAt: number | null;
	/** What the last look came to, in words. */
	looked: string | null;
	endpoint: string | null;
	/** Since when, and when last, a round found it in processing. */
	stuckSince: number | null;
	listedAt: number | null;
	/** What NCA answered last, and since when it says queued or running. */
	askedAt: number | null;
	ncaSaid: NcaWord | null;
	busySince: number | null;
};

/** A webhook that is to come. Times are ms since the epoch. */
export type ExpectedState = {
	operation: string;
	at: number;
	/** By the engine; else a round found the job. */
	announced: boolean;
	/** How often its file was looked for. */
	attempts: number;
	arrivedAt: number | null;
	workSeconds: number | null;
	/** Since when nobody waits for it any more. */
	resolvedAt: number | null;
};

/** All that is remembered of one job: its runs by NCA's id, '' while its record names none. */
export type JobState = {
	/** null: its record was not seen yet. */
	seen: {
		firstSeenAt: number;
		createdAt: number;
		operation: OperationName | null;
		targetId: RecordId | null;
	} | null;
	runs: ReadonlyMap<string, RunState>;
	expected: ReadonlyMap<string, ExpectedState>;
};

/** Of a job that is not known. */
export const NOTHING: JobState = {
	seen: null,
	runs: new Map(),
	expected: new Map(),
};

/** Of a run that is not known. */
export const NEW_RUN: RunState = {
	seenAt: null,
	settled: null,
	reopenedAt: null,
	checkedAt: null,
	looked: null,
	endpoint: null,
	stuckSince: null,
	listedAt: null,
	askedAt: null,
	ncaSaid: null,
	busySince: null,
};

/** The job with that run changed; where it is not known and `isNew` is not set, as it was. */
export function withRun(
	job: JobState,
	ncaJobId: NcaJobId | null,
	change: (run: RunState) => Partial<RunState>,
	isNew = false,
): JobState {
	const name = nameOf(ncaJobId);
	const run = job.runs.get(name) ?? (isNew ? NEW_RUN : undefined);
	if (run === undefined) return job;
	const runs = new Map(job.runs).set(name, { ...run, ...change(run) });
	return { ...job, runs };
}

/** When something was last heard of it, ms since the epoch. */
export function lastHeard({ seen, runs, expected }: JobState): number {
	const times = [
		seen?.firstSeenAt,
		...[...runs.values()].flatMap((run) => [
			run.seenAt,
			run.settled?.at,
			run.reopenedAt,
			run.listedAt,
			run.checkedAt,
		]),
		...[...expected.values()].map(({ at }) => at),
	];
	return Math.max(0, ...times.filter((time) => typeof time === "number"));
}
