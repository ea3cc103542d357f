import request from "supertest";
import { describe, expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, post, succeed } from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, setUp, setUpWithNca } from "../set-up.ts";
import { closeOne, readBack } from "../settle/read-backs.ts";

async function statusOf({ url }: Pick<SetUp, "url">) {
	const { body } = await request(url).get("/status").expect(200);
	return body;
}

/** A job whose file the poller found. */
async function recoverOne(bench: SetUp) {
	const job = makeJob(bench, "combine");
	bench.spaces.put(job.file, 10);
	await bench.poll.round({ all: true });
	await bench.drain.once();
	return job;
}

describe("recovery", () => {
	test("of nothing there is nothing to tell, and no rate", async () => {
		const bench = await setUp();

		expect((await statusOf(bench)).recovery).toMatchObject({
			recovered_by_polling: 0,
			false_positives: 0,
			false_positive_rate: null,
			webhook_loss_rate: null,
			late_webhooks: 0,
		});
	});

	test("the loss is what polling closed, of all that was closed", async () => {
		const bench = await setUp();
		await recoverOne(bench);
		for (let nth = 0; nth < 3; nth += 1) await closeOne(bench);

		expect((await statusOf(bench)).recovery).toMatchObject({
			recovered_by_polling: 1,
			webhook_loss_rate: 0.25,
		});
	});

	test("what NCA's status tells counts as recovered, and a failure too", async () => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		bench.nca.say(job.ncaJobId, "done", composeFailure(job.id, job.ncaJobId));
		await bench.poll.round();
		await bench.drain.once();
		expect(bench.airtable.get("Jobs", job.id).Status).toBe("failed");

		expect((await statusOf(bench)).recovery).toMatchObject({
			recovered_by_polling: 1,
			webhook_loss_rate: 1,
			false_positive_rate: null,
		});
	});

	test("a completion that NCA denies is a false positive, of those that polling inferred", async () => {
		const bench = await setUp();
		const job = await recoverOne(bench);
		await recoverOne(bench);
		await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
		await bench.drain.once();

		expect((await statusOf(bench)).recovery).toMatchObject({
			false_positives: 1,
			false_positive_rate: 0.5,
		});
	});

	test("a webhook that only confirms or conflicts counts for nothing", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		const url = bench.spaces.put(job.file, 10);
		const confirming = composeSuccess(job.id, job.ncaJobId, url);
		const before = (await statusOf(bench)).recovery;
		await post(bench, `job_id=${job.id}`, { ...confirming, run_time: 9 });
		await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
		await bench.drain.once();

		expect((await statusOf(bench)).recovery).toEqual(before);
	});

	test("a job that is closed again, having been set back, is no second one", async () => {
		const bench = await setUp();
		const job = await recoverOne(bench);
		bench.airtable.set("Jobs", job.id, { Status: "processing" });
		await bench.poll.round({ all: true });
		await bench.drain.once();
		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");

		expect((await statusOf(bench)).recovery.recovered_by_polling).toBe(1);
	});

	test("a read-back is neither", async () => {
		const bench = await setUp();
		await closeOne(bench);
		await bench.airtable.fetchAttachments();
		await readBack(bench);

		expect((await statusOf(bench)).recovery).toMatchObject({
			recovered_by_polling: 0,
			webhook_loss_rate: 0,
		});
	});

	test("its totals outlast what they count", async () => {
		const bench = await setUp({ RETENTION_DAYS: "1" });
		await recoverOne(bench);
		await closeOne(bench);
		await bench.airtable.fetchAttachments();
		await readBack(bench);
		bench.clock.advance(48 * HOUR);

		await bench.prune();

		expect(await bench.inbox.list({ limit: 9 })).toEqual([]);
		expect((await statusOf(bench)).recovery).toMatchObject({
			recovered_by_polling: 1,
			webhook_loss_rate: 0.5,
			late_webhooks: 1,
		});
	});
});

describe("operations", () => {
	test("tells how the webhooks of each came", async () => {
		const bench = await setUp();
		const inTime = makeJob(bench, "combine", {}, MINUTE);
		const late = makeJob(bench, "combine", {}, 7 * MINUTE);
		makeJob(bench, "concatenate", {}, 6 * MINUTE);
		await bench.poll.round();
		for (const job of [inTime, late]) await succeed(bench, job);
		await bench.drain.once();

		const { operations, recovery } = await statusOf(bench);

		expect(operations).toEqual([
			{
				operation: "combine",
				expected: 2,
				arrived: 2,
				late: 1,
				average_late_seconds: expect.closeTo(120, 0),
				never_arrived: 0,
				p50_seconds: expect.closeTo(12.502, 5),
				p99_seconds: expect.closeTo(12.502, 5),
			},
			{
				operation: "concatenate",
				expected: 1,
				arrived: 0,
				late: 0,
				average_late_seconds: null,
				never_arrived: 0,
				p50_seconds: null,
				p99_seconds: null,
			},
		]);
		expect(recovery.late_webhooks).toBe(1);
	});

	test("a webhook that a day has not brought never arrived", async () => {
		const bench = await setUp();
		makeJob(bench, "combine");
		await bench.poll.round();

		bench.clock.advance(24 * HOUR);

		expect((await statusOf(bench)).operations).toMatchObject([
			{ operation: "combine", expected: 1, arrived: 0, never_arrived: 1 },
		]);
	});
});

describe("nca", () => {
	test("is told not to be configured where it is not", async () => {
		const bench = await setUp();

		expect((await statusOf(bench)).nca).toEqual({
			configured: false,
			seems_hung: false,
			last_finished: null,
		});
	});

	test("is told with when it last finished a job", async () => {
		const bench = await setUpWithNca();
		bench.clock.advance(MINUTE);
		await closeOne(bench);

		expect((await statusOf(bench)).nca).toEqual({
			configured: true,
			seems_hung: false,
			last_finished: "2026-11-23T12:01:00.000Z",
		});
	});
});

test("the figures are not for everyone", async () => {
	const ADMIN_TOKEN = "an admin token that is long enough";
	const bench = await setUp({ ADMIN_TOKEN });

	const refused = await request(bench.url).get("/status");
	const shown = await request(bench.url)
		.get("/status")
		.set("Authorization", `Bearer ${ADMIN_TOKEN}`);

	expect([refused.status, shown.status]).toEqual([401, 200]);
	expect(refused.body.recovery).toBeUndefined();
});
