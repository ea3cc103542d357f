import request from "supertest";
import { describe, expect, test } from "vitest";
import { makeJob, ncaId, payloadOf, succeed } from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, START, setUp } from "../set-up.ts";
import { goOn, makeDone, makeJobs, roundOf, statusOf } from "./rounds.ts";

/** As the engine does with each job. */
async function announce({ url }: SetUp, { id }: { id: string }) {
	const body = { job_id: id, operation: "combine" };
	await request(url).post("/jobs/expected").send(body);
}

/** A job that a crash of the engine left in another status than processing, and that it has announced. */
async function announced(
	fields: Record<string, unknown> = {},
	ageMs = 7 * MINUTE,
) {
	const bench = await setUp();
	const pending = { Status: "pending", ...fields };
	const job = makeJob(bench, "combine", pending, ageMs);
	await announce(bench, job);
	const lists = () =>
		bench.airtable.calls.filter(({ method }) => method === "LIST").length;
	return { bench, job, lists };
}

describe("an announced job whose webhook is overdue, and that is not in processing", () => {
	test("is looked at, and completed by its file", async () => {
		const { bench, job } = await announced();
		bench.spaces.put(job.file, 10);

		bench.clock.advance(5 * MINUTE - 1000);
		const before = await roundOf(bench);
		bench.clock.advance(2000);
		const after = await roundOf(bench);

		expect([before.checked, after.recovered]).toEqual([0, 1]);
		expect(statusOf(bench, job)).toBe("completed");
		expect(payloadOf(bench, job.id).via).toBe("polling");
	});

	test("is never failed for want of news, not even by the operator's word", async () => {
		const { bench, job } = await announced({}, 48 * HOUR);
		makeDone(bench);
		for (let hour = 0; hour < 23; hour += 1) {
			bench.clock.advance(HOUR);
			await roundOf(bench);
		}

		const report = await roundOf(bench, { all: true, giveUp: true });

		expect(report.failed).toBe(0);
		expect(statusOf(bench, job)).toBe("pending");
	});

	test("is looked at no more after a day", async () => {
		const { bench, job } = await announced();
		bench.spaces.put(job.file, 10);
		bench.clock.advance(24 * HOUR + MINUTE);

		const report = await roundOf(bench);

		expect(report.checked).toBe(0);
	});

	test("is not looked at where its webhook has come", async () => {
		const { bench, job } = await announced();
		await succeed(bench, job);
		await bench.drain.once();
		bench.airtable.set("Jobs", job.id, { Status: "pending" });
		bench.clock.advance(6 * MINUTE);

		const report = await roundOf(bench);

		expect(report.checked).toBe(0);
	});
});

describe("an announced job is read no more", () => {
	test.each([
		["when it is completed", { Status: "completed" }],
		["when it has failed", { Status: "failed" }],
		[
			"when it is another service's",
			{ "Webhook URL": "https://engine.example/webhooks/goapi" },
		],
	])("%s", async (_what, fields) => {
		const { bench, lists } = await announced(fields);
		bench.clock.advance(6 * MINUTE);

		await roundOf(bench);
		const first = lists();
		await roundOf(bench);

		expect([first, lists() - first]).toEqual([2, 1]);
	});

	test("than once where the round lists it anyway", async () => {
		const { bench, job, lists } = await announced({ Status: "processing" });
		bench.clock.advance(6 * MINUTE);

		const report = await roundOf(bench);

		expect(report.jobs).toMatchObject([{ job_id: job.id }]);
		expect(lists()).toBe(1);
	});
});

test("an announcement that is repeated is one, as old as the first", async () => {
	const { bench, job } = await announced();
	bench.clock.advance(4 * MINUTE);
	await announce(bench, job);
	bench.clock.advance(2 * MINUTE);

	const report = await roundOf(bench);

	expect(bench.clock.now() - START).toBeLessThan(7 * MINUTE);
	expect(report.jobs).toMatchObject([{ job_id: job.id }]);
});

test("an announced job has its turn, however many others wait in processing", async () => {
	const bench = await setUp();
	const first = makeJob(bench, "combine", { Status: "pending" });
	await announce(bench, first);
	bench.spaces.put(first.file, 10);
	bench.clock.advance(1000);
	for (const job of makeJobs(bench, 100)) await announce(bench, job);

	await goOn(bench, HOUR);

	expect(statusOf(bench, first)).toBe("completed");
});

test("a job that is announced again after it was closed is looked at again", async () => {
	const { bench, job } = await announced({
		Status: "completed",
		"External Job ID": null,
	});
	bench.clock.advance(6 * MINUTE);
	await roundOf(bench);
	const again = ncaId();
	const fields = { Status: "pending", "External Job ID": again };
	bench.airtable.set("Jobs", job.id, fields);
	await announce(bench, job);
	bench.spaces.put(`${again}_output_0.mp4`, 10);
	bench.clock.advance(6 * MINUTE);

	const report = await roundOf(bench);

	expect(report.recovered).toBe(1);
});
