import request from "supertest";
import { expect, test } from "vitest";
import { makeJob, succeed } from "../jobs.ts";
import {
	HOUR,
	MINUTE,
	type SetUp,
	START,
	setUp,
	setUpWithNca,
} from "../set-up.ts";
import { goOn, makeJobs, roundOf } from "./rounds.ts";

const HUNG = "nca seems hung";

async function ncaStatus({ url }: SetUp) {
	return (await request(url).get("/status")).body.nca;
}

/** An NCA in whose queue so many jobs are, two hours old. */
async function withQueue(count: number) {
	const bench = await setUpWithNca();
	const jobs = makeJobs(bench, count, 2 * HOUR);
	for (const { ncaJobId } of jobs) bench.nca.say(ncaJobId, "queued");
	return { bench, jobs };
}

test("NCA seems hung when jobs wait there and none has finished for an hour, which is said once", async () => {
	const { bench } = await withQueue(2);

	await roundOf(bench);
	bench.clock.advance(59 * MINUTE);
	await roundOf(bench, { all: true });
	const early = [bench.said(HUNG).length, await ncaStatus(bench)];
	bench.clock.advance(MINUTE);
	await goOn(bench, 3 * HOUR);
	const late = await ncaStatus(bench);

	expect(early).toMatchObject([0, { configured: true, seems_hung: false }]);
	expect(late).toMatchObject({ seems_hung: true, last_finished: null });
	expect(bench.said(HUNG)).toMatchObject([
		{ level: "error", since: new Date(START).toISOString() },
	]);
});

test("a job that is at work counts as one that waits", async () => {
	const { bench, jobs } = await withQueue(1);
	bench.nca.say(jobs[0]?.ncaJobId ?? "", "running");

	await goOn(bench, HOUR + 15 * MINUTE);

	expect(bench.said(HUNG)).toHaveLength(1);
});

test("while webhooks come within each hour, it does not", async () => {
	const { bench } = await withQueue(1);
	let came = 0;

	for (let times = 0; times < 4; times += 1) {
		await goOn(bench, 45 * MINUTE);
		came = bench.clock.now();
		await succeed(bench, makeJob(bench, "concatenate"));
		await bench.drain.once();
	}

	expect(bench.said(HUNG)).toEqual([]);
	expect(await ncaStatus(bench)).toMatchObject({
		seems_hung: false,
		last_finished: new Date(came).toISOString(),
	});
});

test("it does no longer when it has answered after a webhook came, and does again after another hour", async () => {
	const { bench, jobs } = await withQueue(2);
	await goOn(bench, HOUR + 15 * MINUTE);
	expect(bench.said(HUNG)).toHaveLength(1);

	const [finished] = jobs;
	if (finished) await succeed(bench, finished);
	await bench.drain.once();
	await goOn(bench, 15 * MINUTE);
	const after = await ncaStatus(bench);
	await goOn(bench, HOUR);

	expect(after.seems_hung).toBe(false);
	expect(bench.said(HUNG)).toHaveLength(2);
});

test.each([
	["has lost them", null],
	["cannot read them", "half-written"],
	["handed them on", "submitted"],
] as const)("nor does an NCA that %s", async (_what, word) => {
	const { bench, jobs } = await withQueue(2);
	for (const { ncaJobId } of jobs) {
		if (word) bench.nca.say(ncaJobId, word);
		else bench.nca.forget(ncaJobId);
	}

	await goOn(bench, 2 * HOUR);

	expect(bench.said(HUNG)).toEqual([]);
});

test("where NCA is not configured, nothing is known of it", async () => {
	const bench = await setUp();

	expect(await ncaStatus(bench)).toEqual({
		configured: false,
		seems_hung: false,
		last_finished: null,
	});
});

test("it does though in between it was asked about a job that it has lost", async () => {
	const bench = await setUpWithNca();
	const waiting = makeJob(bench, "combine", {}, 65 * MINUTE);
	bench.nca.say(waiting.ncaJobId, "queued");
	await roundOf(bench);
	bench.clock.advance(6 * MINUTE);
	makeJob(bench, "combine", {}, 65 * MINUTE);

	await goOn(bench, 3 * HOUR, 2 * MINUTE);

	expect(bench.said(HUNG)).toHaveLength(1);
});

test("it does no longer when a webhook has come", async () => {
	const bench = await setUpWithNca();
	const job = makeJob(bench, "combine", {}, 65 * MINUTE);
	bench.nca.say(job.ncaJobId, "queued");
	await goOn(bench, 90 * MINUTE);

	await succeed(bench, job);
	await bench.drain.once();
	const atOnce = await ncaStatus(bench);
	await goOn(bench, HOUR);
	const later = await ncaStatus(bench);

	expect([atOnce.seems_hung, later.seems_hung]).toEqual([false, false]);
});

test("it does not because an old webhook was replayed", async () => {
	const bench = await setUpWithNca();
	const old = makeJob(bench, "combine");
	const { body } = await succeed(bench, old);
	await bench.drain.once();
	bench.clock.advance(3 * HOUR);
	await succeed(bench, makeJob(bench, "combine"));
	await bench.drain.once();
	const before = await ncaStatus(bench);

	await request(bench.url).post(`/debug/webhooks/${body.delivery_id}/replay`);
	await bench.drain.once();

	expect(await ncaStatus(bench)).toEqual(before);
});
