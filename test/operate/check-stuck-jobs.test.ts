import request from "supertest";
import { describe, expect, test } from "vitest";
import { makeJob } from "../jobs.ts";
import { setUp } from "../set-up.ts";

const ROUTE = "/debug/check-stuck-jobs";
const NOTHING = { checked: 0, recovered: 0, failed: 0, waiting: 0, errors: 0 };

const round = (url: string) => request(url).post(ROUTE);

describe("a round by hand answers with what it came to", () => {
	test("a verdict and its reason for each job, and their counts", async () => {
		const bench = await setUp();
		const there = makeJob(bench, "combine");
		const missing = makeJob(bench, "concatenate");
		bench.spaces.put(there.file, 1000);

		const answer = await round(bench.url);

		expect(answer.status).toBe(200);
		expect(answer.body).toMatchObject({
			checked: 2,
			recovered: 1,
			failed: 0,
			waiting: 1,
			errors: 0,
		});
		expect(answer.body.jobs).toHaveLength(2);
		expect(answer.body.jobs).toEqual(
			expect.arrayContaining([
				{
					job_id: there.id,
					verdict: "recovered",
					why: `${there.file}: 1000 bytes`,
				},
				{
					job_id: missing.id,
					verdict: "waiting",
					why: expect.stringContaining("HEAD 403"),
				},
			]),
		);
	});

	test("foreign jobs and those without an id are named, not counted", async () => {
		const bench = await setUp();
		const goapi = "https://engine.example/webhooks/goapi?job_id=x";
		const foreign = makeJob(bench, "combine", { "Webhook URL": goapi });
		const early = makeJob(bench, "combine", { "External Job ID": "" });

		const answer = await round(bench.url);

		expect(answer.body).toMatchObject(NOTHING);
		expect(answer.body.jobs).toMatchObject([
			{ job_id: foreign.id, verdict: "foreign" },
			{ job_id: early.id, verdict: "no_external_job_id" },
		]);
		expect(bench.spaces.heads).toEqual([]);
	});

	test("nothing at all, where nothing is stuck", async () => {
		const { url } = await setUp();

		const answer = await round(url);

		expect(answer.body).toEqual({ ...NOTHING, jobs: [] });
	});

	test("errors, where Spaces cannot say", async () => {
		const bench = await setUp();
		makeJob(bench, "combine");
		bench.spaces.fail(503);

		const answer = await round(bench.url);

		expect(answer.body).toMatchObject({ checked: 1, errors: 1, waiting: 0 });
	});

	test("503, where Airtable cannot", async () => {
		const { url, airtable, said } = await setUp();
		airtable.fault((_req, res) => res.status(503).end());

		const answer = await round(url);

		expect(answer.status).toBe(503);
		expect(Object.keys(answer.body)).toEqual(["error"]);
		expect(said("debug request failed")).toHaveLength(1);
	});
});
