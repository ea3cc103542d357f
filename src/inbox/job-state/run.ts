import type { SeenJob } from "../../airtable/job-record.ts";
import type { RunKey } from "../../job.ts";
import type { SettledOutcome } from "../../settle/case.ts";
import type { SettledRun } from "../../settle/memory.ts";
import type { NcaWord } from "../ledger/nca.ts";
import { closedNow } from "./closed.ts";
import { type JobState, NEW_RUN, withRun } from "./state.ts";

/** A run was closed, or closed again: then its first time stands. */
export function afterSettled(job: JobState, one: SettledRun): JobState {
	const { ncaJobId, attachment } = one;
	if (one.again)
		return withRun(job, ncaJobId, ({ settled }) => ({
			stuckSince: null,
			settled: settled && {
				...settled,
				attachment,
				closedAgain: settled.closedAgain + 1,
			},
		}));
	const over = { stuckSince: null, busySince: null };
	const settled = closedNow(one);
	return withRun(job, ncaJobId, () => ({ ...over, settled }), true);
}

/** Airtable has its files, or drops them whenever they are attached. */
export function afterAttachment(
	job: JobState,
	{ ncaJobId }: RunKey,
	attachment: SettledOutcome["attachment"],
): JobState {
	return withRun(job, ncaJobId, ({ settled }) => ({
		settled: settled && { ...settled, attachment, attachedAgain: 0 },
	}));
}

/** Its files were attached once more. */
export function afterAttachedAgain(
	job: JobState,
	{ ncaJobId }: RunKey,
): JobState {
	return withRun(job, ncaJobId, ({ settled }) => ({
		settled: settled && {
			...settled,
			attachedAgain: settled.attachedAgain + 1,
		},
	}));
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

/** NCA answered. @param at ms since the epoch */
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
