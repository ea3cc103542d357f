import request from "supertest";
import { describe, expect, test } from "vitest";
import { claimSuccess, makeJob, succeed, type TestJob } from "../jobs.ts";
import { MINUTE, type SetUp, START, setUp, setUpWithNca } from "../set-up.ts";
import {
	closeOne,
	happened,
	readBack,
	timelineOf,
} from "../settle/read-backs.ts";
import { settle } from "./by-hand.ts";

/** Lets the time go by, and looks at every stuck job. */
async function roundAfter({ clock, poll }: SetUp, minutes: number) {
	clock.advance(minutes * MINUTE);
	await poll.round({ all: true });
}

const itemOf = async (bench: SetUp, { id }: TestJob, what: string) =>
	(await timelineOf(bench, id)).find((item) => item.what === what);

test("a job's story is told from beginning to end", async () => {
	const bench = await setUpWithNca();
	const job = makeJob(bench, "combine");
	bench.nca.say(job.ncaJobId, "queued");
	await roundAfter(bench, 1);
	bench.nca.say(job.ncaJobId, "running");
	await roundAfter(bench, 5);
	bench.spaces.put(job.file, 10);
	await roundAfter(bench, 5);
	await bench.drain.once();
	await bench.airtable.fetchAttachments();
	await readBack(bench);
	bench.clock.advance(MINUTE);
	await succeed(bench, job);
	await bench.drain.once();

	expect(await happened(bench, job)).toEqual([
		"webhook expected",
		"seen",
		"nca answered",
		"looked",
		"nca answered",
		"looked",
		"looked",
		"finding",
		"settled",
		"kept",
		"webhook",
	]);
});

test("its times are ISO times, in their order", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await roundAfter(bench, 1);
	bench.clock.advance(MINUTE);
	await succeed(bench, job);
	bench.clock.advance(MINUTE);
	await bench.drain.once();

	const times = (await timelineOf(bench, job.id)).map(({ at }) => at);

	expect(times).toEqual(times.toSorted());
	for (const at of times) expect(new Date(at).toISOString()).toBe(at);
	expect(
		times.map((at) => Math.floor((Date.parse(at) - START) / MINUTE)),
	).toEqual([-7, 1, 1, 2, 3]);
});

describe("a look", () => {
	test("says what Spaces and NCA answered", async () => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		bench.nca.say(job.ncaJobId, "running");

		await roundAfter(bench, 0);

		const told = await timelineOf(bench, job.id);
		expect(told.slice(-2)).toMatchObject([
			{ what: "nca answered", nca_job_id: job.ncaJobId, said: "running" },
			{
				what: "looked",
				nca_job_id: job.ncaJobId,
				verdict: "waiting",
				why: `${job.file}: HEAD 403; NCA says running`,
			},
		]);
	});

	test("of many names says what was answered of each", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", {
			"Webhook URL":
				"https://engine.example/webhooks/nca-toolkit?operation=new",
		});

		await roundAfter(bench, 0);

		expect(await itemOf(bench, job, "looked")).toMatchObject({
			why: expect.stringMatching(/: HEAD 403; and \d+ more: HEAD 403$/),
		});
	});

	test("is told only where it came to something else", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		for (let time = 0; time < 3; time += 1) await roundAfter(bench, 5);
		bench.spaces.fail(500);
		for (let time = 0; time < 3; time += 1) await roundAfter(bench, 5);
		bench.spaces.fail(null);
		for (let time = 0; time < 3; time += 1) await roundAfter(bench, 5);

		const looks = (await timelineOf(bench, job.id)).slice(2);
		expect(looks).toMatchObject([
			{ what: "looked", verdict: "waiting", at: "2026-11-23T12:05:00.000Z" },
			{ what: "looked", verdict: "error" },
			{ what: "looked", verdict: "waiting" },
		]);
	});

	test("in a dry run is none", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await bench.poll.round({ all: true, dryRun: true });

		await request(bench.url).get(`/debug/jobs/${job.id}`).expect(404);
	});
});

test("what came for a job is told with how it stands", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	const elsewhere = "https://files.example/a.mp4";
	const { body } = await claimSuccess(bench, job, elsewhere);
	bench.clock.advance(MINUTE);
	await settle(bench, job.id, { outcome: "failed", reason: "seen" });

	expect(await timelineOf(bench, job.id)).toMatchObject([
		{
			what: "webhook",
			delivery_id: body.delivery_id,
			via: "webhook",
			status: "parked",
			reason: "foreign file",
		},
		{ what: "settled by hand", outcome: "failed", reason: "seen" },
		{
			what: "finding",
			nca_job_id: job.ncaJobId,
			via: "manual",
			status: "accepted",
		},
	]);
});

test("a job that a person sets back is told to be", async () => {
	const bench = await setUp();
	const job = await closeOne(bench);
	bench.airtable.set("Jobs", job.id, { Status: "processing" });

	await roundAfter(bench, 20);

	expect(await itemOf(bench, job, "set back")).toMatchObject({
		nca_job_id: job.ncaJobId,
		outcome: "completed",
	});
});

test("when a job was first seen, and which runs it has borne, is told", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine", { "External Job ID": null });
	await bench.poll.round();
	bench.clock.advance(MINUTE);
	bench.airtable.set("Jobs", job.id, { "External Job ID": job.ncaJobId });
	await bench.poll.round();

	expect(await itemOf(bench, job, "seen")).toEqual({
		at: "2026-11-23T12:00:00.000Z",
		age: "60 seconds ago",
		what: "seen",
		nca_job_ids: [job.ncaJobId],
	});
});

test("that a webhook is expected is told, and when it came", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await bench.poll.round();
	bench.clock.advance(MINUTE);
	await succeed(bench, job);
	await bench.drain.once();

	expect(await itemOf(bench, job, "webhook expected")).toEqual({
		at: "2026-11-23T11:53:00.000Z",
		age: "8 minutes ago",
		what: "webhook expected",
		nca_job_id: job.ncaJobId,
		operation: "combine",
		announced: false,
		attempts: 1,
		arrived_at: "2026-11-23T12:01:00.000Z",
	});
});

test("it is forgotten with the recorded requests; a close, which can be undone, after 90 days, with its job", async () => {
	const bench = await setUp({ RETENTION_DAYS: "2" });
	const job = await closeOne(bench);
	await bench.airtable.fetchAttachments();
	await readBack(bench);
	const day = 24 * 60 * MINUTE;

	bench.clock.advance(2 * day - MINUTE);
	await bench.prune();
	const before = await happened(bench, job);
	bench.clock.advance(2 * MINUTE);
	await bench.prune();
	const after = await happened(bench, job);
	bench.clock.advance(90 * day);
	await bench.prune();

	expect(before).toEqual(["seen", "webhook", "settled", "kept"]);
	expect(after).toEqual(["seen", "settled"]);
	await request(bench.url).get(`/debug/jobs/${job.id}`).expect(404);
});
