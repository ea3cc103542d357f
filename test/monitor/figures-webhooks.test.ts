import request from "supertest";
import { describe, expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { makeJob, post, succeed } from "../jobs.ts";
import { buryNext, retry } from "../operate/by-hand.ts";
import { HOUR, MINUTE, type SetUp, START, setUp } from "../set-up.ts";
import { closeOne, readBack } from "../settle/read-backs.ts";
import { changesOf, figuresOf } from "./figures-of.ts";

const NOON = new Date(START).toISOString();
const SECRET = "a webhook secret that is long enough";

/** One that has come already, so that what all change together is told apart from what one does. */
async function setUpWithOne() {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await succeed(bench, job);
	return { bench, job };
}

const webhooks = (bench: SetUp, act: () => PromiseLike<unknown>) =>
	changesOf(bench, "webhooks", act);

describe("received", () => {
	test("counts the first webhook, and when it came", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");

		const changes = await webhooks(bench, () => succeed(bench, job));

		expect(changes).toEqual({
			status: "Healthy",
			received: 1,
			per_hour: 1,
			last_received: NOON,
			ack_p50_ms: 0.5,
			ack_p99_ms: 0.5,
		});
	});

	test("is told with when the last one came, a repeat or not", async () => {
		const { bench, job } = await setUpWithOne();
		const last: (string | null)[] = [];
		for (const send of [
			() => post(bench, "", "not json"),
			() => succeed(bench, job),
			() => post(bench, "", { test: true }),
		]) {
			bench.clock.advance(1000);
			await send();
			last.push((await figuresOf(bench)).webhooks.last_received);
		}

		expect(last.map((time) => time?.slice(11, 19))).toEqual([
			"12:00:01",
			"12:00:02",
			"12:00:02",
		]);
	});

	test("counts a repeat, as a duplicate too", async () => {
		const { bench, job } = await setUpWithOne();

		const changes = await webhooks(bench, () => succeed(bench, job));

		expect(changes).toEqual({ received: 2, per_hour: 2, duplicate: 1 });
	});

	test("counts what is parked at once", async () => {
		const { bench } = await setUpWithOne();

		const changes = await webhooks(bench, () => post(bench, "", []));

		expect(changes).toEqual({ received: 2, per_hour: 2, parked: 1 });
	});

	test("counts what is not JSON, as failed too", async () => {
		const { bench } = await setUpWithOne();
		await bench.drain.once();

		const changes = await webhooks(bench, () => post(bench, "", "{"));

		expect(changes).toEqual({
			status: "WARNING: Success rate 50.0%",
			received: 2,
			per_hour: 2,
			failed: 1,
			success_rate: 0.5,
		});
	});

	test.each<[string, (bench: SetUp) => PromiseLike<unknown>]>([
		["a test", (bench) => post(bench, "", { test: true })],
		["a GET", ({ url }) => request(url).get("/webhooks/nca-toolkit")],
		[
			"a compressed body",
			(bench) => post(bench, "", {}).set("Content-Encoding", "gzip"),
		],
		["another address", ({ url }) => request(url).post("/webhooks/other")],
	])("does not count %s", async (_what, send) => {
		const { bench } = await setUpWithOne();

		const changes = await webhooks(bench, () => send(bench));

		expect(changes).toEqual({});
	});

	test("does not count what has no proof", async () => {
		const bench = await setUp({ WEBHOOK_SECRET: SECRET });
		const job = makeJob(bench, "combine");

		await succeed(bench, job).expect(401);

		expect((await figuresOf(bench)).webhooks).toMatchObject({
			status: "No webhooks received",
			received: 0,
			last_received: null,
		});
	});

	test("does not count what the poller finds, nor its own errands", async () => {
		const { bench } = await setUpWithOne();
		await bench.drain.once();
		const job = makeJob(bench, "concatenate");
		bench.spaces.put(job.file, 10);

		const changes = await webhooks(bench, async () => {
			await bench.poll.round();
			await bench.drain.once();
			await bench.airtable.fetchAttachments();
			await readBack(bench);
		});

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
		expect(changes).toEqual({});
	});
});

describe("processed and failed", () => {
	test("a completion and a failure are both processed", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await closeOne(bench);
		await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));

		await bench.drain.once();

		expect((await figuresOf(bench)).webhooks).toMatchObject({
			received: 2,
			processed: 2,
			failed: 0,
			success_rate: 1,
		});
	});

	test("what is buried has failed, until it is taken up again and ends otherwise", async () => {
		const { bench, job } = await setUpWithOne();
		await buryNext(bench);
		const buried = await figuresOf(bench);

		await retry(bench, job.id);
		await bench.drain.once();

		const mended = await figuresOf(bench);
		expect([buried, mended].map(({ webhooks }) => webhooks)).toMatchObject([
			{ processed: 0, failed: 1, success_rate: 0 },
			{ processed: 1, failed: 0, success_rate: 1 },
		]);
		expect([buried.jobs.buried, mended.jobs.buried]).toEqual([1, 0]);
	});
});

test("per_hour forgets what came more than an hour ago, received does not", async () => {
	const { bench } = await setUpWithOne();

	bench.clock.advance(HOUR + MINUTE);

	expect((await figuresOf(bench)).webhooks).toMatchObject({
		received: 1,
		per_hour: 0,
		last_received: NOON,
	});
});

test("the delay is from the job's creation to its run's first webhook", async () => {
	const bench = await setUp();
	const quick = makeJob(bench, "combine", {}, MINUTE);
	const slow = makeJob(bench, "combine", {}, 3 * MINUTE);
	for (const job of [quick, slow]) await succeed(bench, job);
	await bench.drain.once();
	const first = await figuresOf(bench);
	bench.clock.advance(HOUR);
	await post(
		bench,
		`job_id=${slow.id}`,
		composeFailure(slow.id, slow.ncaJobId),
	);
	await bench.drain.once();

	const second = await figuresOf(bench);

	expect(first.webhooks.average_delay_seconds).toBe(120);
	expect(second.webhooks.average_delay_seconds).toBe(120);
});
