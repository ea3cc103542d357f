import type { Files } from "../../ledger/files.ts";
import type { Redis } from "../client.ts";
import { below } from "../places.ts";

const SIZES = "nca:files";
const SEEN = "nca:files:seen";

/** The files that were found, by their URLs. */
export function createRedisFiles(
	redis: Redis,
): Files & { prune(before: number): Promise<void> } {
	return {
		async fileSeen(url, size, at) {
			await redis.commit(
				[],
				[
					["HSET", SIZES, url, size],
					["ZADD", SEEN, at, url],
				],
			);
		},
		async seenFile(url) {
			const [size, at] = await Promise.all([
				redis.call<string | null>("HGET", SIZES, url),
				redis.call<string | null>("ZSCORE", SEEN, url),
			]);
			return size === null || at === null
				? null
				: { size: Number(size), at: Number(at) };
		},
		async prune(before) {
			for await (const urls of below(redis, SEEN, before))
				await redis.commit(
					[],
					[
						["HDEL", SIZES, ...urls],
						["ZREM", SEEN, ...urls],
					],
				);
		},
	};
}
