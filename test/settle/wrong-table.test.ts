import { expect, test } from "vitest";
import { makeJob, succeed } from "../jobs.ts";
import { setUp } from "../set-up.ts";

test("a job that names another table's record as its target is closed without it, though that record's own job is closed with it", async () => {
	const bench = await setUp();
	const video = makeJob(bench, "concatenate");
	const segment = makeJob(bench, "combine", {
		"Related Segment Video": [video.targetId],
	});

	await succeed(bench, segment);
	await succeed(bench, video);
	await bench.drain.once();

	const { Status, Notes } = bench.airtable.get("Jobs", segment.id);
	expect(Status).toBe("completed");
	expect(Notes).toContain("its target was not found");
	expect(bench.airtable.get("Jobs", video.id).Status).toBe("completed");
	expect(bench.airtable.get("Videos", video.targetId)).toEqual({
		"Combined Segments Video": [
			expect.objectContaining({ filename: video.file }),
		],
	});
});
