import type { DeliveryId } from "../../../job.ts";
import { ENDED, type Inbox } from "../../inbox.ts";
import type { Redis } from "../client.ts";
import { change } from "./change.ts";
import { removing } from "./commands.ts";
import { RECEIVED } from "./keys.ts";
import { load } from "./requests.ts";

/** So many are changed at once: others have their turn, here and in Redis. */
const TURN = 200;

/** Forgets what has ended; what is kept is no repeat of anything any more. */
export function createRedisPrune(redis: Redis): Inbox["prune"] {
	return async function prune(before) {
		let forgotten = 0;
		for (let left = 0; ; ) {
			const ids = await redis.call<DeliveryId[]>(
				...(["ZRANGE", RECEIVED, "-inf", `(${before}`, "BYSCORE"] as const),
				...["LIMIT", left, TURN],
			);
			const held = await load(redis, ids);
			const ended = held.filter(({ kept }) => ENDED.includes(kept.state));
			const failed = await redis.commit(
				ended.map(({ check }) => check),
				ended.flatMap(({ kept }) => removing(kept)),
			);
			if (failed !== null) continue;
			await change(redis, ids, ({ repeatKey, proof }) =>
				repeatKey === null || proof === "own" ? null : { repeatKey: null },
			);
			forgotten += ended.length;
			left += ids.length - ended.length;
			if (ids.length < TURN) return forgotten;
		}
	};
}
