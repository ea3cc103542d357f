import type { RunKey } from "../../../job.ts";
import type { JobEvent } from "../../../settle/memory.ts";
import {
	afterAttachedAgain,
	afterAttachment,
	afterReopened,
	afterSettled,
} from "../../job-state/run.ts";
import type { JobState } from "../../job-state/state.ts";
import type { SettledRuns } from "../../ledger/runs.ts";
import { countsOfSettled } from "../../tally.ts";
import type { RedisJobs } from "./jobs.ts";
import { tallyCommands } from "./tallies.ts";
import type { EachOf } from "./turns.ts";

/** What became of runs. */
export function createRedisSettled(
	jobs: RedisJobs,
	eachOf: EachOf,
): SettledRuns {
	/** Something happened to a run. */
	const changeRun = (
		{ jobId }: RunKey,
		event: JobEvent,
		change: (job: JobState) => JobState,
	) => jobs.change([jobId], (job) => ({ job: change(job), events: [event] }));

	return {
		async settled(outcomes, events) {
			const parts = [
				...outcomes.map((outcome) => ({ jobId: outcome.jobId, outcome })),
				...events.map((event) => ({ jobId: event.jobId, event })),
			];
			await eachOf(
				parts,
				({ jobId }) => jobId,
				(job, part) => {
					if ("event" in part) return { job, events: [part.event] };
					const { outcome } = part;
					const counts = countsOfSettled(outcome, job.seen?.createdAt ?? null);
					return {
						job: afterSettled(job, outcome),
						also: tallyCommands(counts, outcome.at),
					};
				},
			);
		},
		attachment: (of, attachment, event) =>
			changeRun(of, event, (job) => afterAttachment(job, of, attachment)),
		attachedAgain: (of, event) =>
			changeRun(of, event, (job) => afterAttachedAgain(job, of)),
		reopened: (of, event) =>
			changeRun(of, event, (job) => afterReopened(job, of, event.at)),
	};
}
