import request from "supertest";
import { expect, test } from "vitest";
import { makeJob, ncaId, succeed } from "../jobs.ts";
import { HOUR, MINUTE, setUp, setUpWithNca } from "../set-up.ts";
import { makeDone, makeJobs, roundOf, statusOf } from "./rounds.ts";

const EACH = { all: true };

test("many that NCA has forgotten are held though each round looks at some of them only", async () => {
	const bench = await setUpWithNca({ MAX_POLLING_AGE_HOURS: "2" });
	makeDone(bench);
	const jobs = makeJobs(bench, 20);
	for (const { ncaJobId } of jobs) bench.nca.say(ncaJobId, "queued");
	await roundOf(bench);
	bench.clock.advance(115 * MINUTE);
	await roundOf(bench);
	bench.clock.advance(7 * MINUTE);
	// These have their turn in other rounds from now on.
	for (const { id } of jobs.slice(10)) await bench.poll.check(id);
	for (const { ncaJobId } of jobs) bench.nca.forget(ncaJobId);

	let failed = 0;
	for (let minutes = 0; minutes < 30; minutes += 1) {
		bench.clock.advance(MINUTE);
		failed += (await roundOf(bench)).failed;
	}

	expect(failed).toBe(0);
});

test("a round by hand that lists some of those that are held does not fail them", async () => {
	const bench = await setUp({ MAX_POLLING_AGE_HOURS: "2" });
	makeDone(bench);
	makeJobs(bench, 12);
	makeJobs(bench, 5, 10 * HOUR);
	await roundOf(bench);
	bench.clock.advance(2 * HOUR);
	await roundOf(bench);

	const report = await roundOf(bench, { ...EACH, olderThanMs: 9 * HOUR });

	expect(report.failed).toBe(0);
});

test("a check of one of ten that are not held says and does what a round would", async () => {
	const bench = await setUp({ MAX_POLLING_AGE_HOURS: "2" });
	makeDone(bench);
	const [job] = makeJobs(bench, 10);
	await roundOf(bench);
	bench.clock.advance(2 * HOUR);

	const looked = await bench.poll.check(job?.id ?? "");

	expect(bench.said("giving up held: too many jobs at once")).toEqual([]);
	expect(looked?.verdict).toBe("failed");
});

test("an announcement is not lost when a late webhook of the run before is repeated", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await succeed(bench, job);
	await bench.drain.once();
	bench.clock.advance(HOUR);
	bench.airtable.set("Jobs", job.id, { Status: "pending" });
	await request(bench.url)
		.post("/jobs/expected")
		.send({ job_id: job.id, operation: "combine" });
	await succeed(bench, job, `job_id=${job.id}&operation=combine`);
	await bench.drain.once();
	const again = ncaId();
	bench.airtable.set("Jobs", job.id, {
		Status: "pending",
		"External Job ID": again,
	});
	bench.spaces.put(`${again}_output_0.mp4`, 10);
	bench.clock.advance(6 * MINUTE);

	const report = await roundOf(bench);

	expect(report.recovered).toBe(1);
	expect(statusOf(bench, job)).toBe("completed");
});

test("an announcement that comes after a round has found the job counts", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await roundOf(bench);
	await request(bench.url)
		.post("/jobs/expected")
		.send({ job_id: job.id, operation: "combine" });
	bench.clock.advance(2 * MINUTE);
	await roundOf(bench);
	bench.airtable.set("Jobs", job.id, { Status: "pending" });
	bench.spaces.put(job.file, 10);
	bench.clock.advance(6 * MINUTE);

	const report = await roundOf(bench);

	expect(report.recovered).toBe(1);
});
