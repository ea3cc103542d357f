import type { RecordId } from "../../../job.ts";
import type { JobHistory } from "../../../settle/case.ts";
import { asHistory } from "../../job-state/history.ts";
import { afterSeen } from "../../job-state/seen.ts";
import type { SeenJobs } from "../../ledger/runs.ts";
import type { Redis } from "../client.ts";
import type { RedisJobs } from "./jobs.ts";
import { runsKey, targetKey } from "./keys.ts";
import type { EachOf } from "./turns.ts";

/** Jobs and the runs that their records bear. */
export function createRedisSeen(
	redis: Redis,
	jobs: RedisJobs,
	eachOf: EachOf,
): SeenJobs {
	async function lastOf(key: string): Promise<RecordId | null> {
		const [id] = await redis.call<RecordId[]>("ZRANGE", key, 0, 0, "REV");
		return id ?? null;
	}

	return {
		async saw(seen, now) {
			await eachOf(
				seen,
				({ id }) => id,
				(job, one) => afterSeen(job, one, now),
			);
		},
		async recall(ids) {
			const known = new Map<RecordId, JobHistory>();
			for (const [id, job] of await jobs.load(ids)) {
				const history = asHistory(job);
				if (history) known.set(id, history);
			}
			return known;
		},
		newestFor: (targetId, operation) => lastOf(targetKey(targetId, operation)),
		jobOf: (ncaJobId) => lastOf(runsKey(ncaJobId)),
	};
}
