import { RECORD } from "../../ending.ts";
import type { Depth, Inbox } from "../../inbox.ts";
import type { Redis } from "../client.ts";
import { inKey, WAITS, waitingKey } from "./keys.ts";
import { load } from "./requests.ts";

/** So many that wait are read for their reasons. */
const READ = 100;

/** What stands in the inbox now: how long some sets are, and who stands first in them. */
export function createRedisDepth(
	redis: Redis,
): Pick<Inbox, "depth" | "whyWaiting"> {
	const length = (key: string) => redis.call<number>("ZCARD", key);

	async function waitingFor(what: string) {
		const key = waitingKey(what);
		const [count, [, oldest]] = await Promise.all([
			length(key),
			redis.call<string[]>("ZRANGE", key, 0, 0, "WITHSCORES"),
		]);
		return { what, count, oldest };
	}

	async function depthNow(): Promise<Depth> {
		const whats = await redis.call<string[]>("SMEMBERS", WAITS);
		const [sets, parked, buried] = await Promise.all([
			Promise.all(["", ...whats].map(waitingFor)),
			length(inKey("parked")),
			length(inKey("buried")),
		]);
		const oldest = sets.flatMap((one) =>
			one.what === RECORD || one.oldest === undefined
				? []
				: [Number(one.oldest)],
		);
		return {
			waiting: sets.reduce((sum, { count }) => sum + count, 0),
			oldestAt: oldest.length === 0 ? null : Math.min(...oldest),
			waitingFor: Object.fromEntries(
				sets
					.filter(({ what, count }) => what !== "" && count > 0)
					.map(({ what, count }) => [what, count]),
			),
			parked,
			buried,
		};
	}

	return {
		depth: depthNow,
		async whyWaiting(what, limit) {
			const key = waitingKey(what);
			const ids = await redis.call<string[]>("ZRANGE", key, 0, READ - 1);
			const held = await load(redis, ids);
			const reasons = held.flatMap(({ kept }) => kept.reason ?? []);
			return [...new Set(reasons)].slice(0, limit);
		},
	};
}
