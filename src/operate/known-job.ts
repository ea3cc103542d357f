import { ageInWords, timed } from "../age.ts";
import type { KnownJob } from "../inbox/ledger/known-jobs.ts";
import type { JobAnswer } from "./described/job.ts";

const MOST_OF_A_REASON = 200;

/** A job of the ledger as a person reads it. @param now ms since the epoch */
export function shownJob(job: KnownJob, now: number): JobAnswer {
	const { settled, stuckSince } = job;
	return {
		job_id: job.jobId,
		nca_job_id: job.ncaJobId,
		state: job.state,
		why: whyOf(job, now),
		operation: job.operation,
		target_id: job.targetId,
		created_at: new Date(job.createdAt).toISOString(),
		age: ageInWords(job.createdAt, now),
		...timed("first_seen", job.firstSeenAt, now),
		stuck_since:
			stuckSince === null ? null : new Date(stuckSince).toISOString(),
		stuck_age: stuckSince === null ? null : ageInWords(stuckSince, now),
		...timed("checked", job.checkedAt, now),
		nca_said: job.ncaSaid,
		outcome: settled?.outcome ?? null,
		via: settled?.via ?? null,
		...timed("settled", settled?.at ?? null, now),
	};
}

/** In one sentence, how it comes that the job stands where it does. */
function whyOf({ state, settled, ...job }: KnownJob, now: number): string {
	const { looked, stuckSince } = job;
	const look = looked ? `; the last look: ${looked.why}` : "";
	switch (state) {
		case "stuck": {
			const since =
				stuckSince === null ? "" : `, first ${ageInWords(stuckSince, now)}`;
			return `rounds find it in processing${since}${look || "; it was not looked for yet"}`;
		}
		case "expected":
			return `its webhook is announced, and is not here${look}`;
		case "completed":
		case "failed": {
			if (!settled) return state;
			const reason = settled.reason.slice(-MOST_OF_A_REASON);
			const how = `${state} via ${settled.via}, ${ageInWords(settled.at, now)}`;
			return reason ? `${how}: ${reason}` : how;
		}
		case "seen":
			return `its record was seen, and is neither in processing nor closed by this program${look}`;
	}
}
