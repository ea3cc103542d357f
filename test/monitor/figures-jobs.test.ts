import request from "supertest";
import { describe, expect, test } from "vitest";
import { makeJob, succeed } from "../jobs.ts";
import { buryNext } from "../operate/by-hand.ts";
import { HOUR, MINUTE, type SetUp, setUp } from "../set-up.ts";
import { closeOne } from "../settle/read-backs.ts";
import { changesOf, figuresOf } from "./figures-of.ts";

const jobs = (bench: SetUp, act: () => PromiseLike<unknown>) =>
	changesOf(bench, "jobs", act);

describe("stuck", () => {
	test("a round finds it, with what is foreign, and a close ends it", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		makeJob(bench, "combine", {
			"Webhook URL": "https://engine.example/webhooks/goapi",
		});

		const found = await jobs(bench, () => bench.poll.round());
		bench.spaces.put(job.file, 10);
		const closed = await jobs(bench, async () => {
			await bench.poll.round({ all: true });
			await bench.drain.once();
		});

		expect(found).toEqual({
			created_per_hour: 1,
			stuck: 1,
			stuck_rate: 1,
			foreign: 1,
		});
		expect(closed).toEqual({
			average_processing_seconds: expect.closeTo(7 * 60, 1),
			stuck: 0,
			stuck_rate: null,
		});
	});

	test("its rate is of all that are known to be in processing", async () => {
		const bench = await setUp();
		makeJob(bench, "combine");
		await bench.poll.round();
		const young = makeJob(bench, "combine", {}, 0);

		await request(bench.url)
			.post("/jobs/expected")
			.send({ job_id: young.id, operation: "combine" })
			.expect(202);

		expect((await figuresOf(bench)).jobs).toMatchObject({
			stuck: 1,
			stuck_rate: 0.5,
		});
	});
});

test("a webhook waits until it is settled", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");

	const came = await jobs(bench, () => succeed(bench, job));
	const settled = await jobs(bench, () => bench.drain.once());

	expect(came).toEqual({ waiting: 1 });
	expect(settled).toEqual({
		created_per_hour: 1,
		average_processing_seconds: expect.closeTo(7 * 60, 1),
		waiting: 0,
	});
});

test("what is buried is told", async () => {
	const bench = await setUp();
	await succeed(bench, makeJob(bench, "combine"));

	const changes = await jobs(bench, () => buryNext(bench));

	expect(changes).toEqual({ waiting: 0, buried: 1 });
});

test("a job that was made more than an hour ago is not of this hour", async () => {
	const bench = await setUp();
	makeJob(bench, "combine", {}, 61 * MINUTE);
	await closeOne(bench);
	await bench.poll.round();
	const before = await figuresOf(bench);

	bench.clock.advance(HOUR);

	const after = await figuresOf(bench);
	expect([before, after].map((one) => one.jobs.created_per_hour)).toEqual([
		1, 0,
	]);
});
