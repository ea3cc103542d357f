import type { NcaWord } from "../inbox/ledger/nca.ts";

/** More than so many in one round are held: then it is not the jobs that are at fault. */
export const MOST_GIVEN_UP = 10;

/** What NCA's word `unreadable` means. */
export const UNREADABLE = "NCA could not read the job's file";
const HELD = `held: more than ${MOST_GIVEN_UP} are to be given up, which give_up confirms`;

export type Stuck = {
	/** How long every round has found the run in processing, ms. */
	seenForMs: number;
	/** How long ago its record was made, ms. */
	recordAgeMs: number;
	/** Whether the last look found no file, wherever it may stand; not: that it could not say. */
	fileIsAbsent: boolean;
	/** What NCA said within the last hour; null: it did not answer. */
	nca: NcaWord | "not configured" | null;
	/** Whether a file was ever seen under this SPACES_BASE_URL. */
	spacesAnswered: boolean;
	/** More than MOST_GIVEN_UP are to be given up now. */
	tooMany: boolean;
	/** Whether the job's status is one of those that are polled. */
	isProcessing: boolean;
	/** The job was completed under an id that its record never bore. */
	completedBefore: boolean;
};

type Rules = {
	/** MAX_POLLING_AGE_HOURS, ms. */
	maxAgeMs: number;
	/** The operator has said `give_up`: the record's age counts, and none are held. */
	byHand: boolean;
};

/** Why a run is not failed for want of news, or null where it is. Pure. */
export function whyNotGivenUp(
	stuck: Stuck,
	{ maxAgeMs, byHand }: Rules,
): string | null {
	const { seenForMs, recordAgeMs, nca } = stuck;
	const isOld = seenForMs >= maxAgeMs || (byHand && recordAgeMs >= maxAgeMs);
	if (!isOld) return "not stuck for MAX_POLLING_AGE_HOURS yet";
	if (!stuck.isProcessing) return "it is not in processing";
	if (stuck.completedBefore) return "it was completed under another id";
	if (!stuck.fileIsAbsent) return "Spaces does not say that its file is absent";
	if (!stuck.spacesAnswered)
		return "no file was ever seen under this SPACES_BASE_URL";
	if (nca === null) return "NCA has not answered within the last hour";
	if (nca === "completed") return "NCA says done";
	// Even that has an end: a worker that died says so for ever.
	if (seenForMs < 2 * maxAgeMs) {
		if (nca === "queued" || nca === "running") return `NCA says ${nca}`;
		if (nca === "unreadable") return UNREADABLE;
	}
	return stuck.tooMany && !byHand ? HELD : null;
}
