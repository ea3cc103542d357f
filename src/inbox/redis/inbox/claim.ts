import type { Claim, Inbox } from "../../inbox.ts";
import type { Redis } from "../client.ts";
import type { RedisQueue } from "./queue.ts";
import { type Whole, withBodies } from "./requests.ts";

/** Takes out what is due, one caller after the other. */
export function createRedisClaim(
	redis: Redis,
	queue: Pick<RedisQueue, "take" | "abandon">,
): Inbox["claim"] {
	let claiming: Promise<unknown> = Promise.resolve();

	async function take(limit: number, now: number): Promise<Claim[]> {
		const kept = await queue.take(limit, now);
		try {
			const whole = await Array.fromAsync(withBodies(redis, kept));
			return whole.map(asClaim).sort((a, b) => (a.id < b.id ? -1 : 1));
		} catch (error) {
			queue.abandon();
			throw error;
		}
	}

	return function claim(limit, now) {
		const claims = claiming.then(() => take(limit, now));
		claiming = claims.catch(() => {});
		return claims;
	};
}

function asClaim(whole: Whole): Claim {
	const { id, task, receivedAt, via, proof, query, body, jobId, waiting } =
		whole;
	return { id, task, receivedAt, via, proof, query, body, jobId, waiting };
}
