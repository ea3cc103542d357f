import { afterAll, onTestFinished } from "vitest";
import { openRedis, type Redis } from "../../src/inbox/redis/client.ts";
import { type RedisServer, startRedis } from "../../src/sandbox/redis.ts";

/**
 * A Redis for the tests of one file; null where this machine has none, and then they are skipped, but not in CI.
 * @throws where CI has no redis-server
 */
export async function redisForTests(
	settings: readonly string[] = [],
): Promise<RedisServer | null> {
	const server = await startRedis(settings);
	if (server) afterAll(server.close);
	else if (process.env.CI) throw new Error("CI needs a redis-server");
	else console.warn("no redis-server on this machine: its tests are skipped");
	return server;
}

/** A connection that is closed after the test. */
export async function connect(server: RedisServer): Promise<Redis> {
	const redis = openRedis({ url: server.url, onFault: () => {} });
	onTestFinished(redis.close);
	await new Promise<void>((resolve) => redis.onReady(resolve));
	return redis;
}
