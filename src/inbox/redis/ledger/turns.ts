import type { RecordId } from "../../../job.ts";
import type { JobState } from "../../job-state/state.ts";
import type { Changed, RedisJobs } from "./jobs.ts";

/** So many jobs are changed at once: others have their turn, here and in Redis. */
export const TURN = 200;

/** Changes the jobs of many items, each item in its turn, some at a time. */
export type EachOf = <T>(
	items: readonly T[],
	jobIdOf: (item: T) => RecordId,
	change: (job: JobState, item: T) => Changed,
) => Promise<void>;

/** Makes what changes the jobs of many items. */
export function createEachOf(jobs: RedisJobs): EachOf {
	return async function eachOf(items, jobIdOf, change) {
		for (let at = 0; at < items.length; at += TURN) {
			const ofJob = Map.groupBy(items.slice(at, at + TURN), jobIdOf);
			await jobs.change([...ofJob.keys()], (job, id) =>
				inTurn(job, ofJob.get(id) ?? [], change),
			);
		}
	};
}

/** One change after the other, as one. */
function inTurn<T>(
	job: JobState,
	items: readonly T[],
	change: (job: JobState, item: T) => Changed,
): Required<Changed> {
	const whole: Required<Changed> = { job, events: [], also: [] };
	return items.reduce((so, item) => {
		const { job, events = [], also = [] } = change(so.job, item);
		return {
			job,
			events: [...so.events, ...events],
			also: [...so.also, ...also],
		};
	}, whole);
}
