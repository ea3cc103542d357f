import type { RecordId } from "../../../job.ts";
import { asKnownJob } from "../../job-state/known-job.ts";
import type { KnownJob, KnownJobs } from "../../ledger/known-jobs.ts";
import type { Redis } from "../client.ts";
import { beyond, type Standing, TURN } from "./beyond.ts";
import type { RedisJobs } from "./jobs.ts";
import { jobsInKey, MADE } from "./keys.ts";

/** The jobs of the ledger, for people: each stands by when it was made in a set of its state. */
export function createRedisKnownJobs(redis: Redis, jobs: RedisJobs): KnownJobs {
	async function read(ids: readonly RecordId[]): Promise<KnownJob[]> {
		const held = await jobs.load(ids);
		return ids.flatMap((id) => {
			const job = held.get(id);
			return (job && asKnownJob(id, job)) ?? [];
		});
	}

	return {
		async jobs({ state, limit, before }) {
			const sets = state ? [jobsInKey(state)] : [MADE, jobsInKey("expected")];
			const found: KnownJob[] = [];
			let last: Standing | null = null;
			if (before !== undefined) {
				const [known] = await read([before as RecordId]);
				// It is forgotten, and with it all that came after it.
				if (!known) return [];
				last = { id: known.jobId, madeAt: known.createdAt };
			}
			for (;;) {
				const some: Standing[] = await beyond(redis, sets, last);
				const known = await read(some.map(({ id }) => id));
				found.push(
					...known.filter((one) => state === undefined || one.state === state),
				);
				if (found.length >= limit) return found.slice(0, limit);
				if (some.length < TURN) return found;
				last = some.at(-1) ?? last;
			}
		},
		async job(id) {
			const [known] = await read([id]);
			return known ?? null;
		},
		async inProcessing() {
			const [stuck, expected] = await Promise.all([
				redis.call<number>("ZCARD", jobsInKey("stuck")),
				redis.call<number>("ZCARD", jobsInKey("expected")),
			]);
			return { stuck, expected };
		},
		madeSince: (since) => redis.call<number>("ZCOUNT", MADE, since, "+inf"),
	};
}
