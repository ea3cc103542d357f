import type { RecordId } from "../../job.ts";
import { lastHeard, NOTHING } from "../job-state/state.ts";
import type { Ledger } from "../ledger.ts";
import type { Redis } from "./client.ts";
import { createRedisAckTimes } from "./ledger/ack-times.ts";
import { createRedisArrivals } from "./ledger/arrivals.ts";
import { createRedisExpected } from "./ledger/expected.ts";
import { createRedisFacts } from "./ledger/facts.ts";
import { createRedisFiles } from "./ledger/files.ts";
import { createRedisJobs } from "./ledger/jobs.ts";
import { JOBS } from "./ledger/keys.ts";
import { createRedisKnownJobs } from "./ledger/known-jobs.ts";
import { createRedisNca } from "./ledger/nca.ts";
import { createRedisRounds } from "./ledger/rounds.ts";
import { createRedisSeen } from "./ledger/seen.ts";
import { createRedisSettled } from "./ledger/settled.ts";
import { createRedisTallies } from "./ledger/tallies.ts";
import { createRedisTimeline } from "./ledger/timeline.ts";
import { createEachOf } from "./ledger/turns.ts";
import { below } from "./places.ts";

/** The ledger in Redis, the same to every machine. */
export function createRedisLedger(redis: Redis): Ledger {
	const jobs = createRedisJobs(redis);
	const eachOf = createEachOf(jobs);
	const facts = createRedisFacts(redis);
	const timeline = createRedisTimeline(redis);
	const expected = createRedisExpected({ redis, jobs, eachOf, facts });
	const files = createRedisFiles(redis);
	const ackTimes = createRedisAckTimes(redis);

	/** Forgets the jobs of which nothing was heard since then. */
	async function forgetSilent(before: number): Promise<void> {
		for await (const ids of below(redis, JOBS, before))
			await jobs.change(ids as RecordId[], (job) => ({
				job: lastHeard(job) < before ? NOTHING : job,
			}));
	}

	return {
		...facts,
		...timeline,
		...expected,
		...files,
		...ackTimes,
		...createRedisTallies(redis),
		...createRedisSeen(redis, jobs, eachOf),
		...createRedisArrivals(redis, eachOf),
		...createRedisSettled(jobs, eachOf),
		...createRedisRounds(redis, jobs, eachOf),
		...createRedisNca(redis, jobs),
		...createRedisKnownJobs(redis, jobs),
		async prune(before, closesBefore) {
			await timeline.prune(before, closesBefore);
			await expected.prune(before);
			await files.prune(before);
			await ackTimes.prune(before);
			await forgetSilent(closesBefore);
		},
	};
}
