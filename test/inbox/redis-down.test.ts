import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openRedis } from "../../src/inbox/redis/client.ts";
import { createRedisLease } from "../../src/inbox/redis/lease.ts";
import { openRedisStore } from "../../src/inbox/redis/store.ts";
import { createLog } from "../../src/log.ts";
import { type RedisServer, startRedis } from "../../src/sandbox/redis.ts";
import { makeJob, succeed } from "../jobs.ts";
import { MINUTE, START, setUp as setUpProgram } from "../set-up.ts";
import { startProxy } from "./redis-proxy.ts";
import { connect, redisForTests } from "./redis-server.ts";

const available = await redisForTests();
const patience = { timeout: 30_000, interval: 20 };

/** A Redis that comes to harm. */
async function ownRedis(): Promise<RedisServer> {
	const server = await startRedis();
	if (server === null) throw new Error("skipped without one");
	onTestFinished(server.close);
	return server;
}

/** The program on it; it takes nothing out yet. */
async function setUp() {
	const redis = await ownRedis();
	const bench = await setUpProgram({ REDIS_URL: redis.url });
	await bench.ready();
	const health = async () => (await fetch(`${bench.url}/health`)).status;
	const send = async () =>
		(await succeed(bench, makeJob(bench, "combine"))).status;
	return { ...bench, redis, health, send };
}

describe.skipIf(available === null)("while Redis is down", () => {
	test("a webhook is refused at once, and taken when Redis is back, without a restart", async () => {
		const { redis, send, said } = await setUp();
		await redis.kill();

		const down = await send();
		await redis.start();
		await vi.waitFor(async () => expect(await send()).toBe(200), patience);

		expect(down).toBe(503);
		expect(said("redis lost")).toHaveLength(1);
		expect(said("redis reached")).toHaveLength(2);
	});

	test("a webhook to one that hangs is refused in time, and taken when it goes on", async () => {
		const { redis, send } = await setUp();
		process.kill(redis.pid, "SIGSTOP");
		onTestFinished(() => void process.kill(redis.pid, "SIGCONT"));

		const hung = await send();
		process.kill(redis.pid, "SIGCONT");
		await vi.waitFor(async () => expect(await send()).toBe(200), patience);

		expect(hung).toBe(503);
	});

	test("for a minute, the health says so, until it is back", async () => {
		const { redis, health, heartbeat, send, clock } = await setUp();
		await redis.kill();
		await send();
		const first = await health();
		clock.advance(MINUTE);
		const later = await health();
		await redis.start();
		await vi.waitFor(heartbeat, patience);

		expect([first, later, await health()]).toEqual([200, 503, 200]);
	});

	test("the program starts, and works when it is there", async () => {
		const redis = await ownRedis();
		await redis.kill();
		const bench = await setUpProgram({ REDIS_URL: redis.url });
		onTestFinished(bench.start());
		const down = await succeed(bench, makeJob(bench, "combine"));
		await redis.start();
		const job = makeJob(bench, "combine");
		const send = async () => (await succeed(bench, job)).status;
		await vi.waitFor(async () => expect(await send()).toBe(200), patience);

		expect(down.status).toBe(503);
		await bench.airtable.until(
			"Jobs",
			job.id,
			({ Status }) => Status === "completed",
		);
	});

	test("no password is in any line", async () => {
		const redis = await ownRedis();
		const admin = await connect(redis);
		await admin.call("ACL", "SETUSER", "default", "resetpass", ">another");
		const url = redis.url.replace("//", "//default:hunter22@");
		const { lines, ready, send } = await setUpProgram({ REDIS_URL: url }).then(
			(bench) => ({
				...bench,
				send: () => succeed(bench, makeJob(bench, "combine")),
			}),
		);
		await ready();

		const { status } = await send();
		await redis.kill();
		await send();

		expect(status).toBe(503);
		expect(lines.find(({ msg }) => msg === "redis lost")).toBeDefined();
		expect(JSON.stringify(lines)).not.toContain("hunter22");
	});
});

describe.skipIf(available === null)(
	"what one machine says is heard by another",
	() => {
		test("also after a crash of Redis", async () => {
			const server = await ownRedis();
			const redis = await connect(server);
			const speaker = await connect(server);
			const heard = vi.fn();
			redis.listen("news", heard);
			await server.restart();

			await vi.waitFor(async () => {
				await speaker.call("PUBLISH", "news", "1");
				expect(heard).toHaveBeenCalled();
			}, patience);
		});

		test("also where Redis was down for long when it began to listen", async () => {
			const server = await ownRedis();
			await server.kill();
			const faults = vi.fn();
			const redis = openRedis({ url: server.url, onFault: faults });
			onTestFinished(redis.close);
			const heard = vi.fn();
			redis.listen("news", heard);
			await vi.waitFor(
				() => expect(faults.mock.calls.length).toBeGreaterThan(20),
				patience,
			);
			await server.start();

			await vi.waitFor(async () => {
				await redis.call("PUBLISH", "news", "1");
				expect(heard).toHaveBeenCalled();
			}, patience);
		});

		test("also where Redis did not answer when it listened again", async () => {
			const server = await ownRedis();
			const proxy = await startProxy(server.url);
			onTestFinished(proxy.close);
			const redis = await connect({ ...server, url: proxy.url });
			const speaker = await connect(server);
			const heard = vi.fn();
			redis.listen("news", heard);
			await vi.waitFor(async () => {
				await speaker.call("PUBLISH", "news", "1");
				expect(heard).toHaveBeenCalled();
			}, patience);
			heard.mockClear();

			proxy.swallow("subscribe");
			proxy.hangUp();
			await vi.waitFor(
				() => expect(proxy.swallowed()).toBeGreaterThan(1),
				patience,
			);
			proxy.swallow(null);

			await vi.waitFor(async () => {
				await speaker.call("PUBLISH", "news", "1");
				expect(heard).toHaveBeenCalled();
			}, patience);
		});
	},
);

test.skipIf(available === null)(
	"a Redis that is full counts as one that takes nothing, also on a machine that does not drain",
	async () => {
		const server = await ownRedis();
		const redis = await connect(server);
		await createRedisLease({
			redis,
			name: "drain",
			machine: "another",
			monotonic: () => 0,
		}).take();
		await redis.call("CONFIG", "SET", "maxmemory", "1");
		const log = await createLog({ level: "fatal", write: () => {} });
		const store = openRedisStore({
			url: server.url,
			machine: "this",
			requestsPerSecond: 5,
			log,
			now: () => START,
			evicted: () => {},
		});
		onTestFinished(store.close);
		await store.ready();
		const watched = vi.fn();

		const stop = store.start({
			wake: () => {},
			async watch(write) {
				const work = write();
				watched(work);
				return work;
			},
		});
		onTestFinished(stop);
		await vi.waitFor(() => expect(watched).toHaveBeenCalled(), patience);

		await expect(watched.mock.calls[0]?.[0]).rejects.toMatchObject({
			message: expect.stringContaining("OOM"),
		});
	},
);
