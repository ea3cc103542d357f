import type { Arrival } from "../../../settle/memory.ts";
import { afterArrival } from "../../job-state/expected.ts";
import { type JobState, withRun } from "../../job-state/state.ts";
import { LATE_WEBHOOKS, NCA_FINISHED } from "../../ledger/facts.ts";
import type { Arrivals } from "../../ledger/runs.ts";
import { countsOfDelay, lasted } from "../../tally.ts";
import type { Command, Redis } from "../client.ts";
import { latestFact, oneMore } from "./facts.ts";
import type { Changed } from "./jobs.ts";
import { tallyCommands } from "./tallies.ts";
import type { EachOf } from "./turns.ts";

/** The webhooks that came for runs. */
export function createRedisArrivals(redis: Redis, eachOf: EachOf): Arrivals {
	return {
		async arrived(arrivals) {
			if (arrivals.length === 0) return [];
			const delays = new Map<Arrival, number>();
			await eachOf(
				arrivals,
				({ jobId }) => jobId,
				(job, arrival) => {
					const { changed, delay } = withArrival(job, arrival);
					// It may be the first no more when it is changed anew.
					delays.delete(arrival);
					if (delay !== null) delays.set(arrival, delay);
					return changed;
				},
			);
			const last = Math.max(...arrivals.map(({ at }) => at));
			await redis.call(...latestFact(NCA_FINISHED, last));
			return [...delays.values()];
		},
	};
}

/** @returns with it, of its run's first webhook, how long after its job was made it came, ms; else null */
function withArrival(
	before: JobState,
	arrival: Arrival,
): { changed: Changed; delay: number | null } {
	const { endpoint, ncaJobId, at } = arrival;
	const named = withRun(before, ncaJobId, (run) => ({
		endpoint: endpoint ?? run.endpoint,
	}));
	const { job, first, late } = afterArrival(named, arrival);
	const also: Command[] = late ? [oneMore(LATE_WEBHOOKS)] : [];
	if (!first || !job.seen) return { changed: { job, also }, delay: null };
	const delay = lasted(job.seen.createdAt, at);
	const counts = tallyCommands(countsOfDelay(delay), at);
	return { changed: { job, also: [...also, ...counts] }, delay };
}
