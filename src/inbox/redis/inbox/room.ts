import type { DeliveryId } from "../../../job.ts";
import type { Redis } from "../client.ts";
import { isRedisFull } from "../faults.ts";
import { removing } from "./commands.ts";
import { inKey } from "./keys.ts";
import { load } from "./requests.ts";

/** So many of each state go at once. */
const TURN = 200;
/** What may go, and what goes first. */
const ENDED = ["refused", "test", "stale", "done"] as const;

/**
 * Runs a write; where the memory of Redis is used up, forgets what has ended, oldest first, and runs it once more.
 * @throws Transient where that makes no room either
 */
export function createRedisRoom(redis: Redis) {
	let pruning: Promise<number> | null = null;

	async function prune(): Promise<number> {
		for (const state of ENDED) {
			const ids = await redis.call<DeliveryId[]>(
				...(["ZRANGE", inKey(state), 0, TURN - 1] as const),
			);
			const held = await load(redis, ids);
			if (held.length === 0) continue;
			await redis.commit(
				held.map(({ check }) => check),
				held.flatMap(({ kept }) => removing(kept)),
			);
			return held.length;
		}
		return 0;
	}

	return async function withRoom<T>(write: () => Promise<T>): Promise<T> {
		try {
			return await write();
		} catch (error) {
			if (!isRedisFull(error)) throw error;
			// Many are refused at once, and one makes room for all.
			pruning ??= prune().finally(() => {
				pruning = null;
			});
			if ((await pruning) === 0) throw error;
			return write();
		}
	};
}
