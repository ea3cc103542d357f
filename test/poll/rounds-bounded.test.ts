import request from "supertest";
import { expect, test } from "vitest";
import { makeJob } from "../jobs.ts";
import { startBucket } from "../probe/bucket.ts";
import { MINUTE, setUp } from "../set-up.ts";
import { makeJobs, roundOf } from "./rounds.ts";

/** HEADs that are asked at once. */
const AT_ONCE = 16;

test("a round looks at new jobs before old ones, so that a debt delays nothing of today", async () => {
	const bench = await setUp();
	const files: string[] = [];
	// Airtable lists what was made first at first.
	for (let age = 60; age > 10; age -= 1)
		files.unshift(makeJob(bench, "combine", {}, age * MINUTE).file);

	await roundOf(bench);

	const { heads } = bench.spaces;
	const early = heads.filter(
		(file, nth) => files.indexOf(file) - nth >= AT_ONCE,
	);
	expect(heads).toHaveLength(50);
	expect(early).toEqual([]);
});

test("a round ends in time however slow Spaces is, and what it did not reach is looked at by the next", async () => {
	let slow = true;
	let tick = () => {};
	const bucket = await startBucket((res) => {
		if (slow) tick();
		slow = false;
		res.writeHead(404).end();
	});
	const bench = await setUp({ SPACES_BASE_URL: bucket.object("").url });
	tick = () => bench.clock.advance(3 * MINUTE);
	makeJobs(bench, 60);

	const first = await roundOf(bench);
	const second = await roundOf(bench);

	// Those that are on their way may come to their end.
	expect(first.checked).toBeLessThanOrEqual(2 * AT_ONCE);
	expect(first.checked + second.checked).toBe(60);
	expect(new Set(bucket.asked).size).toBe(60);
});

test("of announced jobs that are not in processing a round reads one page", async () => {
	const bench = await setUp();
	for (let nth = 0; nth < 120; nth += 1) {
		const { id } = makeJob(bench, "combine", { Status: "pending" });
		const body = { job_id: id, operation: "combine" };
		await request(bench.url).post("/jobs/expected").send(body);
	}
	bench.clock.advance(6 * MINUTE);

	const report = await roundOf(bench);

	expect(report.checked).toBe(100);
	expect(bench.airtable.calls).toMatchObject([
		{ method: "LIST", records: 0 },
		{ method: "LIST", records: 100 },
	]);
});

test("a round that finds nothing costs one call", async () => {
	const bench = await setUp();
	makeJobs(bench, 90);

	await roundOf(bench);

	expect(bench.airtable.calls).toEqual([
		{ method: "LIST", table: "Jobs", records: 90 },
	]);
});
