import { expect, onTestFinished, test } from "vitest";
import { startRedis } from "../../src/sandbox/redis.ts";
import { connect, redisForTests } from "../inbox/redis-server.ts";
import { makeJob, type TestJob } from "../jobs.ts";
import { MINUTE, START } from "../set-up.ts";
import { setUpMachines, until, untilSaid } from "./machines.ts";

const available = await redisForTests();
/** The programs have the world's clock. */
const aged = (ms: number) => START - Date.now() + ms;

async function setUp(requestsPerSecond: number) {
	const redis = await startRedis();
	if (redis === null) throw new Error("skipped without one");
	onTestFinished(redis.close);
	return { redis, ...(await setUpMachines(redis, requestsPerSecond)) };
}

test.skipIf(available === null)(
	"three machines lose nothing and write nothing twice, though the one that drains dies, and Redis too",
	async () => {
		const bench = await setUp(20);
		const { redis, airtable, spaces, writes, send, isCompleted } = bench;
		const make = (count: number, operation: "combine" | "image_zoom") =>
			Array.from({ length: count }, () =>
				makeJob(
					bench,
					operation,
					{},
					aged(operation === "combine" ? 10 * MINUTE : MINUTE),
				),
			);
		const stuck = make(100, "combine");
		for (const { file } of stuck) spaces.put(file, 10);
		const told = make(200, "image_zoom");
		const jobs = [...stuck, ...told];
		const writing = bench.holdWrites(250);
		const first = await bench.start();
		await untilSaid([first], "drain taken over");
		const others = [await bench.start(), await bench.start()];
		const all = (some: readonly TestJob[], to = others) =>
			Promise.all(
				some.map((job, nth) => send(job, nth % 2 ? to : to.toReversed())),
			);

		const early = all(told.slice(0, 100), [first, ...others]);
		await writing.reached;
		await first.stop("SIGKILL");
		// What it sent arrives all the same.
		writing.letGo();
		const held = await processing(others[0]?.url ?? "");
		await early;
		await all(told.slice(100, 150));
		await untilSaid(others, "drain taken over");
		await redis.kill();
		const late = all(told.slice(150));
		await untilSaid(others, "redis lost");
		await redis.start();
		const tries = await late;
		await until(() => jobs.every(isCompleted));

		expect(held).not.toEqual([]);
		expect(Math.max(...tries)).toBeGreaterThan(1);
		for (const { targetId, file } of stuck)
			expect(airtable.get("Segments", targetId)).toMatchObject({
				Status: "combined",
				"Voiceover + Video": [{ filename: file }],
			});
		for (const { targetId, file } of told)
			expect(airtable.get("Segments", targetId)).toMatchObject({
				Status: "Video Ready",
				Video: [{ filename: file }],
			});
		const twice = jobs.filter(({ id }) => writes.get(id) !== 1);
		expect(twice.filter(({ id }) => !held.includes(id))).toEqual([]);
		for (const { id } of twice) expect(writes.get(id)).toBe(2);
		expect(airtable.throttled()).toBe(0);
	},
);

/** The jobs whose deliveries are in the hands of somebody. */
async function processing(url: string): Promise<string[]> {
	const response = await fetch(
		`${url}/debug/webhooks?status=processing&limit=200`,
	);
	const { items } = (await response.json()) as { items: { job_id: string }[] };
	return items.map(({ job_id }) => job_id);
}

test.skipIf(available === null)(
	"a machine that is told to stop lets another drain at once",
	async () => {
		const bench = await setUp(1000);
		const redis = await connect(bench.redis);
		const holder = () => redis.call<string | null>("GET", "nca:lease:drain");
		const job = makeJob(bench, "image_zoom", {}, aged(MINUTE));
		const first = await bench.start();
		await untilSaid([first], "drain taken over");
		const second = await bench.start();
		const before = await holder();

		const code = await first.stop("SIGTERM");
		const after = await holder();
		await bench.send(job, [second]);
		await until(() => bench.isCompleted(job));

		expect(code).toBe(0);
		expect(before).toMatch(/^1:/);
		expect(after).not.toBe(before);
		expect(await holder()).toMatch(/^2:/);
	},
);
