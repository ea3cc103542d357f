import type { SeenJob } from "../../airtable/job-record.ts";
import type { NcaJobId, RecordId, RunKey } from "../../job.ts";
import type { OperationName } from "../../operations.ts";
import type {
	JobHistory,
	ProvenFile,
	SettledOutcome,
} from "../../settle/case.ts";
import type { JobEvent, SettledRun } from "../../settle/memory.ts";
import type { NcaWord } from "../ledger/nca.ts";
import type { StuckRun } from "../ledger/rounds.ts";
import { idOf, nameOf } from "../run-key.ts";

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

export const NOTHING: JobState = {
	seen: null,
	runs: new Map(),
	expected: new Map(),
};

const NEW_RUN: RunState = {
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

/** Its record was read. @returns the job, and what that told of how it was closed */
export function afterSeen(
	before: JobState,
	seen: SeenJob,
	now: number,
): { job: JobState; events: JobEvent[] } {
	const known = before.seen;
	let job: JobState = {
		...before,
		seen: {
			firstSeenAt: known?.firstSeenAt ?? now,
			createdAt: known?.createdAt ?? seen.createdAt,
			operation: seen.operation ?? known?.operation ?? null,
			targetId: seen.targetId ?? known?.targetId ?? null,
		},
	};
	const events: JobEvent[] = [];
	const { closed } = seen;
	const closedRun = closed && job.runs.get(nameOf(closed.ncaJobId));
	// What we know is newer than what the record says, unless we could not note it: then it is to be read back, too.
	const isNews =
		closed !== null &&
		(!closedRun ||
			(closedRun.settled === null && closed.at > (closedRun.reopenedAt ?? 0)));
	if (isNews) {
		const { ncaJobId, outcome, via, at, reason, urls } = closed;
		const files = urls.map(asFile);
		job = withRun(
			job,
			ncaJobId,
			({ seenAt }) => ({
				seenAt: closedRun ? seenAt : at,
				settled: {
					...NEVER_AGAIN,
					outcome,
					via,
					at,
					reason,
					files,
					attachment: "pending",
				},
			}),
			true,
		);
		const facts = { outcome, via, settled_at: new Date(at).toISOString() };
		const run = { jobId: seen.id, ncaJobId };
		events.push({ ...run, at: now, what: "found closed", facts });
	}
	job = withRun(
		job,
		seen.ncaJobId,
		({ seenAt }) => ({ seenAt: seenAt ?? now }),
		true,
	);
	return { job, events };
}

const NEVER_AGAIN = { closedAgain: 0, attachedAgain: 0 };

/** A record keeps the URL alone. */
function asFile(url: string): ProvenFile {
	return { url, name: url.slice(url.lastIndexOf("/") + 1), size: 0 };
}

export function afterSettled(job: JobState, one: SettledRun): JobState {
	const { ncaJobId, outcome, via, at, reason, files, attachment } = one;
	if (one.again)
		return withRun(job, ncaJobId, ({ settled }) => ({
			stuckSince: null,
			settled: settled && {
				...settled,
				attachment,
				closedAgain: settled.closedAgain + 1,
			},
		}));
	const settled: SettledOutcome = {
		...NEVER_AGAIN,
		outcome,
		via,
		at,
		reason,
		files,
		attachment,
	};
	const over = { stuckSince: null, busySince: null };
	return withRun(job, ncaJobId, () => ({ ...over, settled }), true);
}

/** Its outcome is forgotten, and its time begins anew. */
export function afterReopened(
	job: JobState,
	{ ncaJobId }: RunKey,
	at: number,
): JobState {
	return withRun(job, ncaJobId, ({ seenAt, endpoint, looked }) => ({
		...NEW_RUN,
		seenAt,
		endpoint,
		looked,
		reopenedAt: at,
		stuckSince: at,
		listedAt: at,
	}));
}

/** A round found it in processing. */
export function afterListed(
	job: JobState,
	{ ncaJobId }: SeenJob,
	now: number,
): JobState {
	return withRun(job, ncaJobId, ({ stuckSince }) => ({
		stuckSince: stuckSince ?? now,
		listedAt: now,
	}));
}

export function afterNcaSaid(
	job: JobState,
	{ ncaJobId }: RunKey,
	said: NcaWord,
	at: number,
): JobState {
	const isBusy = said === "queued" || said === "running";
	return withRun(job, ncaJobId, ({ busySince }) => ({
		askedAt: at,
		ncaSaid: said,
		busySince: isBusy ? (busySince ?? at) : null,
	}));
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

export function asHistory({ seen, runs }: JobState): JobHistory | null {
	return (
		seen && {
			firstSeenAt: seen.firstSeenAt,
			operation: seen.operation,
			targetId: seen.targetId,
			runs: [...runs]
				.sort(([a], [b]) => (a < b ? -1 : 1))
				.map(([name, { seenAt, settled }]) => ({
					ncaJobId: idOf(name),
					seen: seenAt !== null,
					settled,
				})),
		}
	);
}

/** What a round is to know of a run; null where nothing is. */
export function asStuckRun(
	job: JobState,
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
	job: JobState,
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
