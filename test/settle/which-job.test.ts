import { expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, ncaId, post, succeed, waitOut } from "../jobs.ts";
import { HOUR, MINUTE, setUp } from "../set-up.ts";

test("a job without a link finds its target in the Python payload", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine", { "Related Segment Video": null });
	const payload = `{'record_id': '${job.targetId}', 'note': "it's", 'opts': (1, None), 'webhook': True}`;
	bench.airtable.set("Jobs", job.id, { "Request Payload": payload });
	await succeed(bench, job);
	await bench.drain.once();

	expect(bench.airtable.get("Segments", job.targetId).Status).toBe("combined");
});

test("a null id with the query's job_id closes that job", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	const url = bench.spaces.put(job.file, 10);

	const answer = await post(
		bench,
		`job_id=${job.id}&operation=combine`,
		composeSuccess(null, job.ncaJobId, url),
	);
	await bench.drain.once();

	expect(answer.body).toMatchObject({ status: "accepted", job_id: job.id });
	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
});

test("a null id without a query closes the job that bears its External Job ID", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "concatenate");
	const url = bench.spaces.put(job.file, 10);

	const answer = await post(bench, "", {
		code: 200,
		id: null,
		job_id: job.ncaJobId,
		response: url,
	});
	await bench.drain.once();

	expect(answer.body.job_id).toBeNull();
	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
});

test("a webhook whose record is not there yet is matched when it appears", async () => {
	const bench = await setUp();
	const early = ncaId();
	await post(bench, "", { code: 500, job_id: early, message: "no space left" });
	await bench.drain.once();

	const job = makeJob(bench, "combine", { "External Job ID": early });
	bench.clock.advance(20_000);
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id)).toMatchObject({
		Status: "failed",
		"Error Details": "no space left",
	});
});

test("a webhook whose record never comes is parked after MAX_POLLING_AGE_HOURS", async () => {
	const bench = await setUp();
	const answer = await post(bench, "", {
		code: 500,
		job_id: ncaId(),
		message: "x",
	});

	await waitOut(bench, MINUTE);
	bench.clock.advance(23 * HOUR);
	await bench.bringBack.matched();
	await bench.drain.once();
	expect((await bench.inbox.get(answer.body.delivery_id))?.state).toBe("retry");
	bench.clock.advance(HOUR);
	await bench.bringBack.matched();
	await bench.drain.once();

	expect(await bench.inbox.get(answer.body.delivery_id)).toMatchObject({
		state: "parked",
		reason: "no record",
	});
});

test("another service's job is never written", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine", {
		"Webhook URL": "https://engine.example/webhooks/goapi?operation=video",
	});
	const before = bench.airtable.get("Jobs", job.id);

	const answer = await post(
		bench,
		`job_id=${job.id}`,
		composeFailure(job.id, job.ncaJobId),
	);
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
	expect(await bench.inbox.get(answer.body.delivery_id)).toMatchObject({
		state: "parked",
		reason: "foreign job",
	});
});

test("a job whose type does not tell whose it is waits until the engine writes its webhook URL", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "image_zoom");
	const webhookUrl = bench.airtable.get("Jobs", job.id)["Webhook URL"];
	bench.airtable.set("Jobs", job.id, { "Webhook URL": null });
	await succeed(bench, job);
	await bench.drain.once();
	expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");

	bench.airtable.set("Jobs", job.id, { "Webhook URL": webhookUrl });
	bench.clock.advance(MINUTE);
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
});

test("where the webhook's query and the record disagree the record holds, and a line says so", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "image_zoom");
	const other = bench.airtable.create("Segments", {});
	const url = bench.spaces.put(job.file, 10);

	await post(
		bench,
		`job_id=${job.id}&operation=combine&target_id=${other}`,
		composeSuccess(job.id, job.ncaJobId, url),
	);
	await bench.drain.once();

	expect(bench.airtable.get("Segments", other)).toEqual({});
	expect(bench.airtable.get("Segments", job.targetId).Status).toBe(
		"Video Ready",
	);
	expect(bench.said("webhook disagrees with its record")).toMatchObject([
		{
			job_id: job.id,
			operation: "image_zoom",
			said_operation: "combine",
			target_id: job.targetId,
			said_target_id: other,
		},
	]);
});

test("a job whose target is not to be found is closed, with a note that says so", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine", {
		"Related Segment Video": ["recGONE0000000001"],
	});
	await succeed(bench, job);
	await bench.drain.once();

	const { Status, Notes } = bench.airtable.get("Jobs", job.id);
	expect(Status).toBe("completed");
	expect(Notes).toContain("its target was not found");
});
