import request from "supertest";
import { expect, test } from "vitest";
import { createEngine } from "../../src/sandbox/engine.ts";
import { makeJob } from "../jobs.ts";
import { NCA_KEY } from "../leaks/secrets.ts";
import { MINUTE, START, setUp, setUpWithNca } from "../set-up.ts";

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

test("a job that is made, done by NCA, and never heard of again is completed when it is checked", async () => {
	const bench = await setUpWithNca();
	const submit = createEngine({
		airtable: bench.airtable,
		nca: bench.nca,
		ncaApiKey: NCA_KEY,
		webhookBaseUrl: bench.url,
	});
	const { id, ncaJobId, targetId } = await submit(
		"combine",
		{ dies: "before the webhook" },
		new Date(START).toISOString(),
	);
	await bench.nca.idle();
	await bench.drain.once();
	const before = bench.airtable.get("Jobs", id).Status;

	const answer = await check(bench.url, id);
	await bench.drain.once();

	expect(before).toBe("processing");
	expect(answer.status).toBe(202);
	expect(answer.body).toMatchObject({ job_id: id, status: "recovered" });
	expect(bench.airtable.get("Jobs", id).Status).toBe("completed");
	const name = `${ncaJobId}_output_0.mp4`;
	expect(bench.airtable.get("Segments", targetId)).toMatchObject({
		Status: "combined",
		"Voiceover + Video": [
			{ filename: name, url: `${bench.spaces.base}/${name}` },
		],
	});
	expect(bench.said("webhook received")).toEqual([]);
});
