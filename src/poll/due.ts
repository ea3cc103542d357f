import type { Subject } from "./subject.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** NCA's word counts for so long, ms. */
export const NCA_WORD_MS = HOUR;

/**
 * How often the file of a stuck job is looked for, ms, by the job's age; null is not yet. The plan's table:
 *
 * | age | every |
 * |---|---|
 * | under 5 min | never |
 * | under 15 min | 2 min |
 * | under 60 min | 5 min |
 * | older | 15 min |
 */
export function pollingInterval(ageMs: number): number | null {
	if (ageMs < 5 * MINUTE) return null;
	if (ageMs < 15 * MINUTE) return 2 * MINUTE;
	return ageMs < 60 * MINUTE ? 5 * MINUTE : 15 * MINUTE;
}

/**
 * Whether a job is to be looked at now. Rounds do not begin on the second, so half a round's interval is let off,
 * or a job that is due every two minutes would be seen every four.
 * @param checkedAt when it was last looked at, ms since the epoch
 */
export function isDue(
	{ createdAt, checkedAt }: { createdAt: number; checkedAt: number | null },
	now: number,
	roundIntervalMs: number,
): boolean {
	const interval = pollingInterval(now - createdAt);
	if (interval === null) return false;
	if (checkedAt === null) return true;
	const slack = Math.min(interval, roundIntervalMs) / 2;
	// Looked at in the future: the clock was set back, and what it says is worth nothing.
	return checkedAt > now || now - checkedAt >= interval - slack;
}

/**
 * Whether NCA is to be asked about a run now: each question leaves a file there.
 *
 * | age of the record | every |
 * |---|---|
 * | under 1 h | 5 min |
 * | under 6 h | 15 min |
 * | under 2 days | 1 h |
 * | older | 6 h |
 */
export function isAskDue({ job, known }: Subject, now: number): boolean {
	const { askedAt } = known;
	if (askedAt === null || askedAt > now) return true;
	const age = now - job.createdAt;
	if (age < HOUR) return now - askedAt >= 5 * MINUTE;
	if (age < 6 * HOUR) return now - askedAt >= 15 * MINUTE;
	return now - askedAt >= (age < 48 * HOUR ? HOUR : 6 * HOUR);
}
