import { describe, expect, test } from "vitest";
import { makeJob } from "../jobs.ts";
import { MINUTE, setUpWithNca } from "../set-up.ts";
import { makeDone, makeJobs, roundOf, statusOf } from "./rounds.ts";

describe("NCA is asked", () => {
	test("about a job whose file is absent, and about no other", async () => {
		const bench = await setUpWithNca();
		makeDone(bench);
		const absent = makeJob(bench, "combine");
		makeJob(bench, "combine", { "External Job ID": null });
		makeJob(bench, "combine", {
			"Webhook URL": "https://engine.example/webhooks/goapi",
		});

		await roundOf(bench);

		expect(bench.nca.asked).toEqual([absent.ncaJobId]);
	});

	test("nothing while Spaces cannot say", async () => {
		const bench = await setUpWithNca();
		makeJob(bench, "combine");
		bench.spaces.fail(503);

		const report = await roundOf(bench);

		expect(report.errors).toBe(1);
		expect(bench.nca.asked).toEqual([]);
	});

	test("about twenty jobs a round at most, the newest first, and about the others in the next", async () => {
		const bench = await setUpWithNca();
		const ids = [];
		for (let nth = 0; nth < 25; nth += 1) {
			// Made in another order than by age.
			const age = 6 * MINUTE + ((nth * 7) % 25) * 1000;
			const { ncaJobId } = makeJob(bench, "combine", {}, age);
			bench.nca.say(ncaJobId, "queued");
			ids[(nth * 7) % 25] = ncaJobId;
		}

		await roundOf(bench);
		const first = [...bench.nca.asked];
		bench.clock.advance(2 * MINUTE);
		await roundOf(bench);

		expect(first).toEqual(ids.slice(0, 20));
		expect(bench.nca.asked.slice(20)).toEqual(ids.slice(20));
	});

	test("no more once that has taken too long, and about the others in the next round", async () => {
		const bench = await setUpWithNca();
		const jobs = makeJobs(bench, 4);
		bench.nca.fault((_req, _res, next) => {
			bench.clock.advance(6000);
			next();
		});

		const report = await roundOf(bench);
		const first = bench.nca.asked.length;
		bench.clock.advance(2 * MINUTE);
		await roundOf(bench);

		expect(first).toBe(2);
		expect(report).toMatchObject({ checked: 4, waiting: 4 });
		expect(new Set(bench.nca.asked)).toEqual(
			new Set(jobs.map(({ ncaJobId }) => ncaJobId)),
		);
	});

	test("by hand however lately it was", async () => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");

		await roundOf(bench);
		await roundOf(bench, { all: true });
		await bench.poll.check(job.id);

		expect(bench.nca.asked).toEqual(Array(3).fill(job.ncaJobId));
	});
});

test("what Spaces shows is in the inbox while NCA still thinks", async () => {
	const bench = await setUpWithNca();
	const done = makeDone(bench);
	makeJob(bench, "combine");
	const asked = Promise.withResolvers<void>();
	const release = Promise.withResolvers<void>();
	bench.nca.fault((_req, _res, next) => {
		asked.resolve();
		void release.promise.then(() => next());
	});

	const round = bench.poll.round();
	await asked.promise;
	await bench.drain.once();
	const meanwhile = statusOf(bench, done);
	release.resolve();
	await round;

	expect(meanwhile).toBe("completed");
});

describe("a job is left, and NCA's word is given as the reason, that", () => {
	test.each(["queued", "running"] as const)("is %s", async (word) => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		bench.nca.say(job.ncaJobId, word);

		const report = await roundOf(bench);

		const why = `${job.file}: HEAD 403; NCA says ${word}`;
		expect(report.jobs).toEqual([{ job_id: job.id, verdict: "waiting", why }]);
	});

	test.each([
		["it does not know", null, "NCA does not know it"],
		["it handed on", "submitted", "NCA handed it to Cloud Run"],
		["it cannot read", "half-written", "NCA could not read the job's file"],
		["is done, and it does not say how", "done", "NCA says done, and not how"],
	] as const)("%s", async (_what, word, said) => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		if (word) bench.nca.say(job.ncaJobId, word);

		const report = await roundOf(bench);

		const why = `${job.file}: HEAD 403; ${said}`;
		expect(report.jobs).toEqual([{ job_id: job.id, verdict: "waiting", why }]);
		expect(statusOf(bench, job)).toBe("processing");
	});

	test("it is asked about with a key that it refuses, though its file is found when it is there", async () => {
		const bench = await setUpWithNca({ NCA_API_KEY: "another" });
		const job = makeJob(bench, "combine");

		const report = await roundOf(bench);
		bench.spaces.put(job.file, 10);
		bench.clock.advance(2 * MINUTE);
		await roundOf(bench);

		expect(report.jobs[0]?.why).toContain("NCA refused NCA_API_KEY");
		expect(statusOf(bench, job)).toBe("completed");
	});
});
