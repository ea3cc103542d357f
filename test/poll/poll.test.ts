import { describe, expect, test } from "vitest";
import type { OperationName } from "../../src/operations.ts";
import { claimSuccess, makeJob, payloadOf, succeed } from "../jobs.ts";
import { MINUTE, setUp } from "../set-up.ts";

const OPERATIONS: OperationName[] = [
	"combine",
	"image_zoom",
	"concatenate",
	"add_music",
];

test("a round closes the stuck jobs of all four operations whose files are there", async () => {
	const bench = await setUp();
	const jobs = OPERATIONS.map((operation) => makeJob(bench, operation));
	for (const job of jobs) bench.spaces.put(job.file, 10);

	const report = await bench.poll.round();
	await bench.drain.once();

	expect(report).toMatchObject({
		checked: 4,
		recovered: 4,
		failed: 0,
		waiting: 0,
		errors: 0,
	});
	for (const job of jobs) {
		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
		expect(payloadOf(bench, job.id)).toMatchObject({
			via: "polling",
			nca_job_id: job.ncaJobId,
		});
	}
	expect(bench.airtable.get("Segments", jobs[0]?.targetId ?? "").Status).toBe(
		"combined",
	);
	expect(
		bench.airtable.get("Videos", jobs[3]?.targetId ?? "")["Video + Music"],
	).toMatchObject([{ filename: jobs[3]?.file }]);
});

describe("a round leaves", () => {
	test("a job without a file, saying what Spaces answered", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");

		const report = await bench.poll.round();
		await bench.drain.once();

		expect(report.jobs).toEqual([
			{ job_id: job.id, verdict: "waiting", why: `${job.file}: HEAD 403` },
		]);
		expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
	});

	test("a job that is too young, which it does not even list", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", {}, 4 * MINUTE);
		bench.spaces.put(job.file, 10);

		const report = await bench.poll.round();

		expect(report.jobs).toEqual([]);
		expect(bench.spaces.heads).toEqual([]);
	});

	test("a job without an External Job ID, and names it", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", { "External Job ID": null });

		const report = await bench.poll.round();

		expect(report).toMatchObject({
			checked: 0,
			jobs: [{ job_id: job.id, verdict: "no_external_job_id" }],
		});
	});

	test("another service's job, which it never asks for, and names it", async () => {
		const bench = await setUp();
		const foreign = makeJob(bench, "combine", {
			"Webhook URL": "https://engine.example/webhooks/goapi?operation=video",
		});
		const unclear = makeJob(bench, "image_zoom", { "Webhook URL": null });
		for (const job of [foreign, unclear]) bench.spaces.put(job.file, 10);

		const report = await bench.poll.round();
		await bench.drain.once();

		expect(report.checked).toBe(0);
		expect(report.jobs.map(({ verdict }) => verdict)).toEqual([
			"foreign",
			"foreign",
		]);
		expect(bench.spaces.heads).toEqual([]);
		expect(bench.airtable.get("Jobs", foreign.id).Status).toBe("processing");
	});

	test("a job of which Spaces cannot say anything, as an error", async () => {
		const bench = await setUp();
		makeJob(bench, "combine");
		bench.spaces.fail(503);

		const report = await bench.poll.round();

		expect(report).toMatchObject({ checked: 1, errors: 1, waiting: 0 });
	});

	test("a job with a status that is not polled", async () => {
		const bench = await setUp();
		makeJob(bench, "combine", { Status: "webhook_error" });

		expect((await bench.poll.round()).jobs).toEqual([]);
	});
});

test("POLLING_STATUSES says which jobs are stuck", async () => {
	const bench = await setUp({ POLLING_STATUSES: "processing, webhook_error" });
	const job = makeJob(bench, "combine", { Status: "webhook_error" });
	bench.spaces.put(job.file, 10);

	await bench.poll.round();
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
});

test("each of several SPACES_BASE_URLs is tried", async () => {
	const first = await setUp();
	const bench = await setUp({
		SPACES_BASE_URL: `${first.spaces.base},${first.spaces.url}/phi-bucket/phi-bucket`,
	});
	const job = makeJob(bench, "concatenate");
	const url = first.spaces.put(job.file, 10);

	await bench.poll.round();
	await bench.drain.once();

	expect(payloadOf(bench, job.id).output_url).toBe(url);
});

test("a round looks at a job again only when it is due, however the process was restarted", async () => {
	const bench = await setUp();
	makeJob(bench, "combine", {}, 20 * MINUTE);
	await bench.poll.round();
	expect(bench.spaces.heads).toHaveLength(1);

	bench.clock.advance(2 * MINUTE);
	await bench.poll.round();
	expect(bench.spaces.heads).toHaveLength(1);

	bench.clock.advance(3 * MINUTE);
	await bench.poll.round();
	expect(bench.spaces.heads).toHaveLength(2);
});

test("a round by hand looks at every job, however lately it was looked at", async () => {
	const bench = await setUp();
	makeJob(bench, "combine");
	await bench.poll.round();

	await bench.poll.round({ all: true });

	expect(bench.spaces.heads).toHaveLength(2);
});

test("a dry run says what it would do, and writes nothing", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	bench.spaces.put(job.file, 10);

	const report = await bench.poll.round({ all: true, dryRun: true });
	await bench.drain.once();

	expect(report).toMatchObject({
		recovered: 1,
		jobs: [{ verdict: "recovered", why: `${job.file}: 10 bytes` }],
	});
	expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
	expect(await bench.inbox.list({ limit: 9 })).toEqual([]);
	await bench.poll.roundIfDue();
	expect(bench.said("poll round ended")).toHaveLength(2);
});

test("rounds never overlap: a second one waits for the first", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	bench.spaces.put(job.file, 10);

	const [first, second] = await Promise.all([
		bench.poll.round({ all: true }),
		bench.poll.round({ all: true }),
	]);

	expect([first.recovered, second.recovered]).toEqual([1, 0]);
	expect(second.jobs).toMatchObject([
		{
			verdict: "waiting",
			why: expect.stringContaining("on its way to Airtable"),
		},
	]);
	expect(await bench.inbox.list({ limit: 9 })).toHaveLength(1);
});

test("a round that fails keeps no later one from running", async () => {
	const bench = await setUp();
	makeJob(bench, "combine");
	bench.airtable.fault(
		(_req, res) =>
			void res.status(401).json({ error: { type: "AUTHENTICATION_REQUIRED" } }),
	);
	await expect(bench.poll.round()).rejects.toMatchObject({
		name: "Transient",
		status: 401,
	});

	bench.airtable.fault(null);

	expect((await bench.poll.round()).checked).toBe(1);
});

test("a webhook and a poll of the same job write it once", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	const url = bench.spaces.put(job.file, 10);
	await bench.poll.round();
	await claimSuccess(bench, job, url);

	await bench.drain.once();

	expect(
		bench.airtable.calls.filter(({ method }) => method === "PATCH"),
	).toHaveLength(2);
	expect(
		(await bench.inbox.list({ limit: 9 })).map(({ via, reason }) => [
			via,
			reason,
		]),
	).toEqual([
		["webhook", "confirming"],
		["polling", "completed"],
	]);
});

test("a job that the engine sets back to processing after we closed it is closed again", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await succeed(bench, job);
	await bench.drain.once();
	bench.airtable.set("Jobs", job.id, { Status: "processing" });

	await bench.poll.round();
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	expect(
		bench.airtable.calls.filter(
			({ table, method }) => table === "Segments" && method === "PATCH",
		),
	).toHaveLength(1);
});

test("250 stuck jobs cost as few calls as there can be", async () => {
	const bench = await setUp();
	for (let nth = 0; nth < 250; nth += 1) {
		const job = makeJob(bench, "concatenate");
		bench.spaces.put(job.file, 10);
	}

	await bench.poll.round();
	await bench.drain.once();

	const count = (method: string, table: string) =>
		bench.airtable.calls.filter(
			(call) => call.method === method && call.table === table,
		).length;
	expect({
		lists: count("LIST", "Jobs"),
		targets: count("LIST", "Videos"),
		targetWrites: count("PATCH", "Videos"),
		jobWrites: count("PATCH", "Jobs"),
	}).toEqual({ lists: 3 + 3, targets: 3, targetWrites: 25, jobWrites: 25 });
});
