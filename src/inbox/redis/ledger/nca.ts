import { afterNcaSaid } from "../../job-state/run.ts";
import type { NcaAnswers } from "../../ledger/nca.ts";
import type { Redis } from "../client.ts";
import type { RedisJobs } from "./jobs.ts";
import { BUSY } from "./keys.ts";

/** What NCA says of runs. */
export function createRedisNca(redis: Redis, jobs: RedisJobs): NcaAnswers {
	return {
		async ncaSaid(of, said, event) {
			await jobs.change([of.jobId], (job) => ({
				job: afterNcaSaid(job, of, said, event.at),
				events: [event],
			}));
		},
		async busySince() {
			const [, since] = await redis.call<string[]>(
				...["ZRANGE", BUSY, 0, 0, "WITHSCORES"],
			);
			return since === undefined ? null : Number(since);
		},
	};
}
