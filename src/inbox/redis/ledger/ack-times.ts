import type { AckTimes } from "../../ledger/ack-times.ts";
import { hourOf } from "../../ledger/hours.ts";
import type { Redis } from "../client.ts";
import { pairsOf } from "../pairs.ts";

const TIMES = "nca:ack_times";

/** How long acknowledgements took: how many, by hour and bucket. */
export function createRedisAckTimes(
	redis: Redis,
): AckTimes & { prune(before: number): Promise<void> } {
	/** A few a minute at most: a week of them is read at once. */
	async function all() {
		const flat = await redis.call<string[]>("HGETALL", TIMES);
		return pairsOf(flat).map(([field, total]) => {
			const [hour = 0, bucket = 0] = field.split(":").map(Number);
			return { field, hour, bucket, total };
		});
	}

	return {
		async acknowledged(at, counts) {
			const hour = hourOf(at);
			await redis.commit(
				[],
				[...counts].map(([bucket, count]) => [
					...(["HINCRBY", TIMES, `${hour}:${bucket}`, count] as const),
				]),
			);
		},
		async acknowledgements(since) {
			const sums = new Map<number, number>();
			for (const { hour, bucket, total } of await all())
				if (hour >= hourOf(since))
					sums.set(bucket, (sums.get(bucket) ?? 0) + total);
			return new Map([...sums].sort(([a], [b]) => a - b));
		},
		async prune(before) {
			const old = (await all()).filter(({ hour }) => hour < hourOf(before));
			if (old.length === 0) return;
			await redis.call("HDEL", TIMES, ...old.map(({ field }) => field));
		},
	};
}
