import type { RecordId } from "../../../job.ts";
import { asKnownJob } from "../../job-state/known-job.ts";
import type { KnownJob, KnownJobs } from "../../ledger/known-jobs.ts";
import type { Redis } from "../client.ts";
import { pairsOf } from "../pairs.ts";
import type { RedisJobs } from "./jobs.ts";
import { jobsInKey, MADE } from "./keys.ts";

/** So many jobs are read at once. */
const TURN = 200;

type Standing = { id: RecordId; madeAt: number };

/** The jobs of the ledger, for people: each stands by when it was made in a set of its state. */
export function createRedisKnownJobs(redis: Redis, jobs: RedisJobs): KnownJobs {
	async function read(ids: readonly RecordId[]): Promise<KnownJob[]> {
		const held = await jobs.load(ids);
		return ids.flatMap((id) => {
			const job = held.get(id);
			return (job && asKnownJob(id, job)) ?? [];
		});
	}

	/** Some of those in the sets that were made before, or with, the one after which they are looked for. */
	async function beyond(
		sets: readonly string[],
		last: Standing | null,
	): Promise<Standing[]> {
		const found = await Promise.all(sets.map((set) => beyondIn(set, last)));
		const madeAt = new Map(found.flat().map((one) => [one.id, one.madeAt]));
		return [...madeAt]
			.map(([id, at]) => ({ id, madeAt: at }))
			.toSorted(newestFirst)
			.slice(0, TURN);
	}

	async function beyondIn(
		set: string,
		last: Standing | null,
	): Promise<Standing[]> {
		const found: Standing[] = [];
		for (let at = 0; found.length < TURN; at += TURN) {
			const flat = await redis.call<string[]>(
				...(["ZRANGE", set, last?.madeAt ?? "+inf", "-inf"] as const),
				...["BYSCORE", "REV", "LIMIT", at, TURN, "WITHSCORES"],
			);
			const some = pairsOf(flat).map(([id, madeAt]) => ({
				id: id as RecordId,
				madeAt,
			}));
			found.push(
				...some.filter((one) => last === null || newestFirst(last, one) < 0),
			);
			if (some.length < TURN) break;
		}
		return found;
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
				const some: Standing[] = await beyond(sets, last);
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

function newestFirst(a: Standing, b: Standing): number {
	return b.madeAt - a.madeAt || (a.id < b.id ? 1 : a.id === b.id ? 0 : -1);
}
