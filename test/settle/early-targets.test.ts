import { expect, test } from "vitest";
import { makeJob, succeed } from "../jobs.ts";
import { setUp } from "../set-up.ts";

const FIELD = "Voiceover + Video";

test("a target that the record names since the round saw it is the one that is written", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	bench.spaces.put(job.file, 10);
	await bench.poll.round();
	const other = bench.airtable.create("Segments", {});
	bench.airtable.set("Jobs", job.id, { "Related Segment Video": [other] });

	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	expect(bench.airtable.get("Segments", other)[FIELD]).toMatchObject([
		{ filename: job.file },
	]);
	expect(bench.airtable.get("Segments", job.targetId)[FIELD]).toBeUndefined();
});

test("of what may change nothing no target is read", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await succeed(bench, job);
	await bench.drain.once();
	bench.airtable.calls.length = 0;

	await succeed(bench, job, `job_id=${job.id}&again`);
	await bench.drain.once();

	expect(bench.airtable.calls).toMatchObject([{ table: "Jobs" }]);
});
