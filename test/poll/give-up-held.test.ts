import request from "supertest";
import { describe, expect, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { makeJob, type TestJob } from "../jobs.ts";
import { HOUR, MINUTE, setUpWithNca } from "../set-up.ts";
import { makeDone, makeJobs, roundOf, statusOf, writes } from "./rounds.ts";

const HELD = "giving up held: too many jobs at once";
const EACH = { all: true };
const BY_HAND = { all: true, giveUp: true };

/** So many jobs that are stuck for as long as it takes to be given up, and the writes so far. */
async function stuck(count: number, ms = 2 * HOUR) {
	const bench = await setUpWithNca({ MAX_POLLING_AGE_HOURS: "2" });
	makeDone(bench);
	const jobs = makeJobs(bench, count);
	await roundOf(bench);
	bench.clock.advance(ms);
	return { bench, jobs, before: writes(bench) };
}

describe("of jobs that are to be given up in one round", () => {
	test("ten are", async () => {
		const { bench } = await stuck(10);

		const report = await roundOf(bench);

		expect(report.failed).toBe(10);
		expect(bench.said(HELD)).toEqual([]);
	});

	test("eleven are held, with one line however many rounds, and nothing is written", async () => {
		const { bench, before } = await stuck(11);

		const reports = [await roundOf(bench)];
		bench.clock.advance(15 * MINUTE);
		reports.push(await roundOf(bench));

		for (const { failed, waiting, jobs } of reports) {
			expect({ failed, waiting }).toEqual({ failed: 0, waiting: 11 });
			expect(jobs[0]?.why).toContain("not given up: held: more than 10");
		}
		expect(bench.said(HELD)).toMatchObject([{ level: "error", overdue: 11 }]);
		expect(writes(bench)).toBe(before);
		const entries = await bench.inbox.list({ limit: 99 });
		expect(entries.map(({ via }) => via)).toEqual(["polling"]);
	});

	test("eleven are held though this round looks at five of them", async () => {
		const { bench, jobs } = await stuck(11, 2 * HOUR - 5 * MINUTE);
		for (const { id } of jobs.slice(5)) await bench.poll.check(id);
		bench.clock.advance(5 * MINUTE);

		const report = await roundOf(bench);

		expect(report).toMatchObject({ checked: 5, failed: 0 });
	});
});

describe("the operator's give_up", () => {
	test("fails those that were held", async () => {
		const { bench, jobs } = await stuck(12);
		await roundOf(bench);

		const { body } = await request(bench.url)
			.post("/debug/check-stuck-jobs")
			.send({ give_up: true });
		await bench.drain.once();

		expect(body.failed).toBe(12);
		expect(jobs.every((job) => statusOf(bench, job) === "failed")).toBe(true);
	});

	test("fails what has an old record, at first sight, and nothing younger", async () => {
		const bench = await setUpWithNca();
		makeDone(bench);
		const old = makeJob(bench, "combine", {}, 30 * 24 * HOUR);
		const young = makeJob(bench, "combine", {}, 24 * HOUR - MINUTE);

		const without = await roundOf(bench, EACH);
		const report = await roundOf(bench, BY_HAND);

		expect([without.failed, report.failed]).toEqual([0, 1]);
		expect(statusOf(bench, young)).toBe("processing");
		expect(bench.airtable.get("Jobs", old.id)).toMatchObject({
			Status: "failed",
			"Error Details": expect.stringContaining("within 720 hours"),
		});
	});

	type Bench = Awaited<ReturnType<typeof setUpWithNca>>;
	test.each<[string, string, (bench: Bench, job: TestJob) => void]>([
		[
			"NCA says running",
			"NCA says running",
			({ nca }, job) => nca.say(job.ncaJobId, "running"),
		],
		[
			"NCA does not answer",
			"NCA has not answered",
			({ nca }) => nca.fault((_req, res) => void res.status(502).end()),
		],
		[
			"NCA says done",
			"NCA says done",
			({ nca, spaces }, { id, ncaJobId }) => {
				const url = `${spaces.base}/${ncaJobId}_output_0.mov`;
				nca.say(ncaJobId, "done", composeSuccess(id, ncaJobId, url));
			},
		],
		["Spaces cannot say", "HEAD 503", ({ spaces }) => spaces.fail(503)],
	])("leaves the other conditions standing: %s", async (_what, why, change) => {
		const bench = await setUpWithNca();
		makeDone(bench);
		await roundOf(bench);
		const job = makeJob(bench, "combine", {}, 30 * 24 * HOUR);
		change(bench, job);

		const report = await roundOf(bench, BY_HAND);

		expect(report.failed).toBe(0);
		expect(report.jobs[0]?.why).toContain(why);
		expect(statusOf(bench, job)).toBe("processing");
	});

	test("fails nothing under a SPACES_BASE_URL that never showed a file", async () => {
		const bench = await setUpWithNca();
		makeJob(bench, "combine", {}, 30 * 24 * HOUR);

		const report = await roundOf(bench, BY_HAND);

		expect(report).toMatchObject({ failed: 0, waiting: 1 });
		expect(report.jobs[0]?.why).toContain("no file was ever seen");
	});
});
