import request from "supertest";
import { expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { makeJob, ncaId, post, waitOut } from "../jobs.ts";
import { HOUR, MINUTE, setUp } from "../set-up.ts";
import {
	closeAndGiveUp,
	closeOne,
	readBack,
	timelineOf,
} from "../settle/read-backs.ts";
import { endings, replay, replayAll, settle } from "./by-hand.ts";

test("what is taken again takes nothing from the figures", async () => {
	const bench = await setUp();
	await closeOne(bench);
	const job = makeJob(bench, "combine");
	bench.spaces.put(job.file, 10);
	await bench.poll.round({ all: true });
	await bench.drain.once();
	const recovery = async () =>
		(await request(bench.url).get("/status")).body.recovery;
	const before = await recovery();
	expect(before).toMatchObject({
		recovered_by_polling: 1,
		webhook_loss_rate: 0.5,
	});
	await replayAll(bench, { since: "1h", status: "done" });
	await bench.drain.once();
	expect(await recovery()).toEqual(before);
});

test("giving a file up tells what was written, and the value that it replaced", async () => {
	const bench = await setUp();
	const job = await closeAndGiveUp(bench);
	const item = (await timelineOf(bench, job.id)).find(
		({ what }) => what === "not kept",
	);
	expect(JSON.stringify(item)).toContain("Error Details");
});

test("the reason that a person gave for a completion is on record", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	const url = bench.spaces.put(job.file, 10);
	await settle(bench, job.id, {
		outcome: "completed",
		url,
		reason: "seen with my own eyes",
	}).expect(202);
	await bench.drain.once();
	const told =
		JSON.stringify(await timelineOf(bench, job.id)) +
		String(bench.airtable.get("Jobs", job.id).Notes);
	expect(told).toContain("my own eyes");
});

test("a webhook that waits for its record is found by NCA's id", async () => {
	const bench = await setUp();
	const run = ncaId();
	await post(bench, "", composeFailure(null, run)).expect(200);
	await bench.drain.once();
	await request(bench.url).get(`/debug/jobs/${run}`).expect(200);
});

test("a webhook parked as no object is found by the job that its query names", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await post(bench, `job_id=${job.id}`, "[]").expect(202);
	const { body } = await request(bench.url).get(
		`/debug/webhooks?job_id=${job.id}`,
	);
	expect(body.items).toHaveLength(1);
});

test("what has no usable id is parked again when it is replayed, and waits for no record", async () => {
	const bench = await setUp();
	const { body } = await post(bench, "", {
		code: 200,
		id: null,
		response: `${bench.spaces.base}/a.mp4`,
	}).expect(202);
	await replay(bench, body.delivery_id).expect(202);
	await waitOut(bench, MINUTE);
	expect(await endings(bench)).toEqual([["parked", "no usable id"]]);
});

test("what Airtable does not fetch for a day is shown to a person", async () => {
	const bench = await setUp();
	await closeOne(bench);
	for (let n = 0; n < 30; n += 1) {
		await readBack(bench);
		bench.clock.advance(HOUR);
	}
	const { body } = await request(bench.url).get(
		"/debug/webhooks?status=parked",
	);
	expect(body.items).toHaveLength(1);
});
