import request from "supertest";
import { expect, test } from "vitest";
import { makeJob } from "../jobs.ts";
import { MINUTE, setUp } from "../set-up.ts";

const check = (url: string, id: string) =>
	request(url).post(`/debug/jobs/${id}/check`);

test("one job is looked at now, by the id of its record or NCA's", async () => {
	const bench = await setUp();
	const { id, ncaJobId, file } = makeJob(bench, "combine", {}, MINUTE);

	const byRecord = await check(bench.url, id);
	const byRun = await check(bench.url, ncaJobId);

	for (const answer of [byRecord, byRun]) {
		expect(answer.status).toBe(202);
		expect(answer.body).toMatchObject({ job_id: id, status: "waiting" });
	}
	expect(bench.spaces.heads).toEqual([file, file]);
});

test("its file, where it is there, is on its way to Airtable", async () => {
	const bench = await setUp();
	const { id, file } = makeJob(bench, "combine");
	bench.spaces.put(file, 10);

	const answer = await check(bench.url, id);
	await bench.drain.once();

	expect(answer.body).toMatchObject({ job_id: id, status: "recovered" });
	expect(bench.airtable.get("Jobs", id).Status).toBe("completed");
});

test("a job of another service is said to be one, and not looked for", async () => {
	const bench = await setUp();
	const goapi = "https://engine.example/webhooks/goapi?job_id=x";
	const { id } = makeJob(bench, "combine", { "Webhook URL": goapi });

	const answer = await check(bench.url, id);

	expect(answer.body).toMatchObject({ job_id: id, status: "foreign" });
	expect(bench.spaces.heads).toEqual([]);
});

test.each([
	["a record that is not there", "recZZZZZZZZZZZZZZ"],
	["a run that no record bears", "00000000-0000-4000-8000-000000000000"],
	["what is no id", "1"],
	["a formula", encodeURIComponent("x'), TRUE(), ('")],
])("an id that nothing bears is not found: %s", async (_what, id) => {
	const bench = await setUp();
	makeJob(bench, "combine");

	const answer = await check(bench.url, id);

	expect(answer.status).toBe(404);
	expect(Object.keys(answer.body)).toEqual(["error"]);
});
