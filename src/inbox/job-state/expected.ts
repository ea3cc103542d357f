import type { SeenJob } from "../../airtable/job-record.ts";
import type { NcaJobId } from "../../job.ts";
import type { Arrival } from "../../settle/memory.ts";
import { EXPECTED_MS, type Expected } from "../ledger/expected.ts";
import { nameOf } from "../run-key.ts";
import type { ExpectedState, JobState } from "./state.ts";

/** A webhook can come before its announcement, ms. */
export const OVERTAKEN_MS = 15 * 60_000;

const UNHEARD = {
	announced: false,
	attempts: 0,
	arrivedAt: null,
	workSeconds: null,
	resolvedAt: null,
};

/** A round found the job. */
export function afterFound(
	job: JobState,
	{ ncaJobId, operation, createdAt }: SeenJob,
	now: number,
): JobState {
	// Nobody waits for it any more.
	if (now - createdAt > EXPECTED_MS) return job;
	const named = afterNamed(job, ncaJobId);
	if (named.expected.has(nameOf(ncaJobId))) return named;
	const found = { ...UNHEARD, operation: operation ?? "other", at: createdAt };
	return withExpected(named, ncaJobId, found);
}

/** The engine announced it. A webhook that was faster is expected no more; one that is over is expected anew. */
export function afterAnnounced(
	job: JobState,
	{ ncaJobId, operation, at }: Expected,
): JobState {
	const isOvertaken = [...job.expected.values()].some(
		({ arrivedAt }) => arrivedAt !== null && arrivedAt > at - OVERTAKEN_MS,
	);
	if (ncaJobId === null && isOvertaken) return job;
	const known = job.expected.get(nameOf(ncaJobId));
	if (!known)
		return withExpected(job, ncaJobId, {
			...UNHEARD,
			operation,
			at,
			announced: true,
		});
	const isOpen = known.resolvedAt === null && known.arrivedAt === null;
	return withExpected(job, ncaJobId, {
		...known,
		announced: true,
		resolvedAt: null,
		attempts: 0,
		at: isOpen ? known.at : at,
		arrivedAt: ncaJobId === null ? null : known.arrivedAt,
	});
}

/** It came, or NCA said what it would have. @returns the job, whether it is its run's first, and whether it came late */
export function afterArrival(
	before: JobState,
	{ ncaJobId, via, at, patienceMs, workSeconds }: Arrival,
): { job: JobState; first: boolean; late: boolean } {
	// One that was announced since is of the next run.
	const isKnown = before.expected.has(nameOf(ncaJobId));
	const job = isKnown ? before : afterNamed(before, ncaJobId);
	const known = job.expected.get(nameOf(ncaJobId)) ?? unexpected(job, at);
	if (!known) return { job, first: false, late: false };
	const isWebhook = via === "webhook";
	const isFirst = isWebhook && known.arrivedAt === null;
	const arrived = {
		...known,
		arrivedAt: known.arrivedAt ?? (isWebhook ? at : null),
		workSeconds: known.workSeconds ?? workSeconds,
	};
	return {
		job: withExpected(job, ncaJobId, arrived),
		first: isFirst,
		late: isFirst && known.at < at - patienceMs,
	};
}

/** What nobody expected is not late: its record may be an old one, submitted again. */
function unexpected({ seen }: JobState, at: number): ExpectedState | null {
	return (
		seen && {
			...UNHEARD,
			operation: seen.operation ?? "other",
			at: seen.createdAt > at - EXPECTED_MS ? seen.createdAt : at,
		}
	);
}

/** Announced before the engine knew NCA's id: it is the one of the id that is known now. */
function afterNamed(job: JobState, ncaJobId: NcaJobId | null): JobState {
	const unnamed = job.expected.get("");
	if (!unnamed || ncaJobId === null) return job;
	const named = job.expected.get(ncaJobId);
	const expected = new Map(job.expected);
	expected.delete("");
	expected.set(ncaJobId, named ? { ...named, announced: true } : unnamed);
	return { ...job, expected };
}

/** Its file was looked for. */
export function afterLook(job: JobState, ncaJobId: NcaJobId | null): JobState {
	return afterAttempt(job, (name) => name === nameOf(ncaJobId) || name === "");
}

/** The files of some were looked for, or of all. */
export function afterAttempt(
	job: JobState,
	isOf: (name: string) => boolean = () => true,
): JobState {
	const expected = [...job.expected].map(
		([name, one]) =>
			[
				name,
				isOf(name) ? { ...one, attempts: one.attempts + 1 } : one,
			] as const,
	);
	return { ...job, expected: new Map(expected) };
}

/** Nobody waits for its webhooks any more. @param now ms since the epoch */
export function afterResolved(job: JobState, now: number): JobState {
	const expected = [...job.expected].map(
		([name, one]) =>
			[name, { ...one, resolvedAt: one.resolvedAt ?? now }] as const,
	);
	return { ...job, expected: new Map(expected) };
}

/** Whether somebody still waits for it. */
export function isOpen({ arrivedAt, resolvedAt }: ExpectedState): boolean {
	return arrivedAt === null && resolvedAt === null;
}

function withExpected(
	job: JobState,
	ncaJobId: NcaJobId | null,
	one: ExpectedState,
): JobState {
	const expected = new Map(job.expected).set(nameOf(ncaJobId), one);
	return { ...job, expected };
}
