import type { Inbox } from "../../inbox.ts";
import { BORNE_NOW, UNCONFIRMED } from "../../reasons.ts";
import type { Redis } from "../client.ts";
import { change } from "./change.ts";
import { inKey, UNMATCHED } from "./keys.ts";
import { isUnmatched, type Kept, load } from "./requests.ts";
import { walk } from "./walk.ts";

/** What waits for its record, or for it to bear its id. */
export function createRedisUnmatched(
	redis: Redis,
): Pick<Inbox, "unmatched" | "lookedFor" | "recordsSeen"> {
	/** Takes again what is in a set and for which `why` has a reason: how many. */
	async function release(
		set: string,
		why: (kept: Kept) => string | null,
	): Promise<number> {
		let total = 0;
		for await (const page of walk(redis, { sets: [set], newestFirst: false })) {
			const ids = page.map(({ kept }) => kept.id);
			const done = await change(redis, ids, (kept) => {
				const reason = why(kept);
				return reason === null ? null : { state: "retry", reason, dueAt: 0 };
			});
			total += done.length;
		}
		return total;
	}

	return {
		async unmatched(limit) {
			const ids = await redis.call<string[]>("ZRANGE", UNMATCHED, 0, limit - 1);
			return (await load(redis, ids)).map(({ kept }) => ({
				id: kept.id,
				jobId: kept.jobId,
				ncaJobId: kept.ncaJobId,
				since: kept.waiting?.since ?? 0,
			}));
		},
		async lookedFor(ids, found, now) {
			const there = new Set(found);
			await change(redis, ids, (kept) =>
				isUnmatched(kept)
					? { lookedAt: now, dueAt: there.has(kept.id) ? 0 : null }
					: null,
			);
		},
		async recordsSeen(runs) {
			if (runs.length === 0) return 0;
			const jobs = new Set<unknown>(runs.map(({ jobId }) => jobId));
			const named = new Set<unknown>(
				runs.flatMap(({ ncaJobId }) => ncaJobId ?? []),
			);
			const isSeen = ({ jobId, ncaJobId }: Kept) =>
				jobId === null ? named.has(ncaJobId) : jobs.has(jobId);
			const waiting = await redis.call<number>("ZCARD", UNMATCHED);
			const seen =
				waiting > 0
					? await release(inKey("retry"), (kept) =>
							isUnmatched(kept) && isSeen(kept) ? (kept.reason ?? "") : null,
						)
					: 0;
			// A failure that named the run before its record did.
			const confirmed = await release(inKey("parked"), (kept) =>
				kept.reason === UNCONFIRMED && named.has(kept.ncaJobId)
					? BORNE_NOW
					: null,
			);
			return seen + confirmed;
		},
	};
}
