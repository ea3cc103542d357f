import type { RecordId } from "../../../job.ts";
import { type JobState, withRun } from "../../job-state/state.ts";
import type { Rounds } from "../../ledger/rounds.ts";
import { idOf } from "../../run-key.ts";
import type { Redis } from "../client.ts";
import type { RedisJobs } from "./jobs.ts";
import { runsKey } from "./keys.ts";

/** Makes runs due for a look at once, by their job or by NCA's id. */
export function createDueNow(redis: Redis, jobs: RedisJobs): Rounds["dueNow"] {
	return async function dueNow({ jobId, ncaJobId }) {
		const bearers = ncaJobId
			? await redis.call<RecordId[]>("ZRANGE", runsKey(ncaJobId), 0, -1)
			: [];
		const ids = jobId ? [jobId, ...bearers] : bearers;
		// By job: it may be changed anew.
		const changed = new Map<RecordId, number>();
		await jobs.change(ids, (job, id) => {
			const due = notDue(job).filter(
				(name) => id === jobId || name === ncaJobId,
			);
			changed.set(id, due.length);
			return { job: due.reduce(madeDue, job) };
		});
		return [...changed.values()].reduce((sum, one) => sum + one, 0);
	};
}

/** The runs that were looked for, and are not closed. */
function notDue({ runs }: JobState): string[] {
	return [...runs]
		.filter(
			([, { settled, checkedAt }]) => settled === null && checkedAt !== null,
		)
		.map(([name]) => name);
}

function madeDue(job: JobState, name: string): JobState {
	return withRun(job, idOf(name), () => ({ checkedAt: null }));
}
