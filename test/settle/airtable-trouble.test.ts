import { expect, test } from "vitest";
import type { Fault } from "../../src/sandbox/airtable.ts";
import { ENGINE_SCHEMA } from "../../src/sandbox/airtable-schema.ts";
import { makeJob, succeed } from "../jobs.ts";
import { MINUTE, setUp } from "../set-up.ts";

const unavailable: Fault = (_req, res) => {
	res.status(503).send("<html>Service Unavailable</html>");
};

test("while Airtable is down webhooks are acknowledged, and applied when it is back", async () => {
	const bench = await setUp();
	const jobs = [makeJob(bench, "combine"), makeJob(bench, "concatenate")];
	bench.airtable.fault(unavailable);
	for (const job of jobs) expect((await succeed(bench, job)).status).toBe(200);
	await bench.drain.once();
	bench.clock.advance(10 * MINUTE);
	await bench.drain.once();
	expect(jobs.map((job) => bench.airtable.get("Jobs", job.id).Status)).toEqual([
		"processing",
		"processing",
	]);

	bench.airtable.fault(null);
	bench.clock.advance(2 * MINUTE);
	await bench.drain.once();

	expect(jobs.map((job) => bench.airtable.get("Jobs", job.id).Status)).toEqual([
		"completed",
		"completed",
	]);
	expect(bench.said("drain paused")).toHaveLength(1);
	expect(bench.said("drain resumed")).toHaveLength(1);
});

test("a token that is refused for a day buries nothing", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	bench.airtable.fault(
		(_req, res) =>
			void res.status(401).json({ error: { type: "AUTHENTICATION_REQUIRED" } }),
	);
	const { body } = await succeed(bench, job);
	for (let hour = 0; hour < 24; hour += 1) {
		bench.clock.advance(60 * MINUTE);
		await bench.drain.once();
	}
	expect((await bench.inbox.get(body.delivery_id))?.state).toBe("retry");

	bench.airtable.fault(null);
	bench.clock.advance(2 * MINUTE);
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
});

test("a target that cannot be written leaves its job open", async () => {
	const bench = await setUp();
	const [job, other] = [
		makeJob(bench, "combine"),
		makeJob(bench, "concatenate"),
	];
	await succeed(bench, job);
	await succeed(bench, other);
	bench.airtable.fault((req, res, next) => {
		if (req.method === "PATCH" && req.url.includes("Segments"))
			return unavailable(req, res, next);
		next();
	});

	await bench.drain.once();
	expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
	expect(bench.airtable.get("Jobs", other.id).Status).toBe("completed");
	bench.airtable.fault(null);
	bench.clock.advance(2 * MINUTE);
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	expect(bench.airtable.get("Segments", job.targetId).Status).toBe("combined");
});

test("a write that was applied though its answer was lost is not made twice", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await succeed(bench, job);
	bench.airtable.fault((req, res, next) => {
		if (req.method === "PATCH")
			res.json = () => res.status(502).send("<html/>");
		next();
	});
	await bench.drain.once();

	bench.airtable.fault(null);
	bench.clock.advance(2 * MINUTE);
	await bench.drain.once();

	expect(
		bench.airtable.get("Segments", job.targetId)["Voiceover + Video"],
	).toHaveLength(1);
	expect(
		bench.airtable.calls.filter(
			({ table, method }) => method === "PATCH" && table === "Segments",
		),
	).toHaveLength(1);
	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
});

test("twenty-five jobs are written in batches of ten, and a deleted one costs itself alone", async () => {
	const bench = await setUp();
	const jobs = Array.from({ length: 25 }, () => makeJob(bench, "concatenate"));
	for (const job of jobs) await succeed(bench, job);
	const [gone] = jobs;
	if (gone) bench.airtable.remove("Jobs", gone.id);

	await bench.drain.once();

	const closed = jobs
		.slice(1)
		.map((job) => bench.airtable.get("Jobs", job.id).Status);
	expect(closed).toEqual(Array(24).fill("completed"));
	expect(
		bench.airtable.calls
			.map(({ method, table, records }) => `${method} ${table} ${records}`)
			.toSorted(),
	).toEqual([
		"LIST Jobs 24",
		"LIST Videos 24",
		"PATCH Jobs 10",
		"PATCH Jobs 10",
		"PATCH Jobs 4",
		"PATCH Videos 10",
		"PATCH Videos 10",
		"PATCH Videos 4",
	]);
});

test("a base without the attachment field keeps the job open, and a line names table and field", async () => {
	const { "Combined Segments Video": _, ...videos } =
		ENGINE_SCHEMA.Videos ?? {};
	const bench = await setUp({}, { ...ENGINE_SCHEMA, Videos: videos });
	const [job, other] = [
		makeJob(bench, "concatenate"),
		makeJob(bench, "combine"),
	];
	await succeed(bench, job);
	await succeed(bench, other);

	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
	expect(bench.airtable.get("Jobs", other.id).Status).toBe("completed");
	expect(bench.said("airtable refused an essential field")).toMatchObject([
		{
			table: "Videos",
			field: "Combined Segments Video",
			fault: "UNKNOWN_FIELD_NAME",
		},
	]);
});

test("a base without an option for the segment's status closes the job all the same, with a warning", async () => {
	const schema = {
		...ENGINE_SCHEMA,
		Segments: { ...ENGINE_SCHEMA.Segments, Status: ["Combining Media"] },
	};
	const bench = await setUp({}, schema);
	const job = makeJob(bench, "combine");
	await succeed(bench, job);

	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	expect(bench.airtable.get("Segments", job.targetId)).toMatchObject({
		Status: "Combining Media",
		"Voiceover + Video": [{ filename: job.file }],
	});
	expect(bench.said("airtable refused a field")).toMatchObject([
		{ table: "Segments", field: "Status" },
	]);
});

test("a base that says it in other words is written in its own", async () => {
	const schema = {
		...ENGINE_SCHEMA,
		Jobs: { ...ENGINE_SCHEMA.Jobs, Status: ["processing", "Done", "Broken"] },
	};
	const bench = await setUp(
		{ COMPLETED_STATUS: "Done", FAILED_STATUS: "Broken" },
		schema,
	);
	const job = makeJob(bench, "combine");
	await succeed(bench, job);

	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("Done");
});

test("a base without a field that is only read is read all the same", async () => {
	const { Notes: _, "Related Video": __, ...jobs } = ENGINE_SCHEMA.Jobs ?? {};
	const bench = await setUp({}, { ...ENGINE_SCHEMA, Jobs: jobs });
	const job = makeJob(bench, "combine");
	await succeed(bench, job);

	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	expect(bench.airtable.get("Jobs", job.id).Notes).toBeUndefined();
});

test("of two jobs for one segment the one whose field is refused keeps the other from nothing", async () => {
	const { Video: _, ...segments } = ENGINE_SCHEMA.Segments ?? {};
	const bench = await setUp({}, { ...ENGINE_SCHEMA, Segments: segments });
	const combine = makeJob(bench, "combine");
	const zoom = makeJob(bench, "image_zoom", {
		"Related Segment Video": [combine.targetId],
	});
	const { id, targetId } = zoom;
	const url = String(bench.airtable.get("Jobs", id)["Webhook URL"]);
	bench.airtable.set("Jobs", id, {
		"Webhook URL": url.replace(targetId, combine.targetId),
	});
	await succeed(bench, zoom);
	await succeed(bench, combine);

	await bench.drain.once();

	expect(bench.airtable.get("Segments", combine.targetId)).toMatchObject({
		Status: "combined",
		"Voiceover + Video": [{ filename: combine.file }],
	});
	expect(bench.airtable.get("Jobs", combine.id).Status).toBe("completed");
	expect(bench.airtable.get("Jobs", zoom.id).Status).toBe("processing");
});
