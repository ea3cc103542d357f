import { describe, expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { makeJob, succeed } from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, setUp, setUpWithNca } from "../set-up.ts";
import { makeDone, makeJobs, roundOf, storeOf } from "./rounds.ts";

const BY_HAND = { all: true, giveUp: true };
const DRY = { ...BY_HAND, dryRun: true };
const TWO_HOURS = { MAX_POLLING_AGE_HOURS: "2" };

/** A job of each kind that a round can meet, two hours after one of them was seen first. */
async function scene(bench: SetUp) {
	const stuck = makeJob(bench, "combine");
	const setBack = makeJob(bench, "combine");
	const reopened = makeJob(bench, "combine");
	await roundOf(bench);
	await succeed(bench, reopened);
	await bench.drain.once();
	bench.clock.advance(2 * HOUR);
	await succeed(bench, setBack);
	await bench.drain.once();
	bench.clock.advance(MINUTE);
	for (const { id } of [setBack, reopened])
		bench.airtable.set("Jobs", id, { Status: "processing" });

	const found = makeDone(bench);
	const young = makeJob(bench, "combine", {}, -HOUR);
	const pending = makeJob(bench, "combine", { Status: "pending" });
	bench.spaces.put(pending.file, 10);
	const foreign = makeJob(bench, "combine", {
		"Webhook URL": "https://engine.example/webhooks/goapi",
	});
	const early = makeJob(bench, "combine", { "External Job ID": null });
	await fetch(`${bench.url}/jobs/expected`, {
		method: "POST",
		body: JSON.stringify({ job_id: pending.id, operation: "combine" }),
	});
	bench.clock.advance(6 * MINUTE);
	return { stuck, setBack, reopened, found, young, pending, foreign, early };
}

describe("a dry run", () => {
	test("says for each job what a round would do, and why", async () => {
		const bench = await setUp(TWO_HOURS);
		const jobs = await scene(bench);

		const report = await bench.poll.round(DRY);

		const said = Object.entries(jobs).map(([name, { id }]) => {
			const one = report.jobs.find(({ job_id }) => job_id === id);
			return [name, one?.verdict, one?.why];
		});
		const absent = (file: string) => `${file}: HEAD 403`;
		expect(said).toEqual([
			["stuck", "failed", expect.stringContaining("timed out")],
			["setBack", "recovered", expect.stringContaining("set back")],
			["reopened", "recovered", `${jobs.reopened.file}: 10 bytes`],
			["found", "recovered", `${jobs.found.file}: 10 bytes`],
			["young", "waiting", expect.stringContaining(absent(jobs.young.file))],
			["pending", "recovered", `${jobs.pending.file}: 10 bytes`],
			["foreign", "foreign", "NCA does not do it for us"],
			["early", "no_external_job_id", "its External Job ID is empty"],
		]);
		expect(report).toMatchObject({ recovered: 4, failed: 1, waiting: 1 });
	});

	test("says what the round that follows then does", async () => {
		const bench = await setUp(TWO_HOURS);
		await scene(bench);

		const dry = await bench.poll.round(DRY);
		const real = await bench.poll.round(BY_HAND);

		const byId = ({ jobs, ...counts }: typeof dry) => ({
			...counts,
			jobs: new Map(jobs.map((job) => [job.job_id, job])),
		});
		expect(byId(dry)).toEqual(byId(real));
	});

	test("writes nothing: not into Airtable, not into the inbox, not into the ledger", async () => {
		const bench = await setUp(TWO_HOURS);
		await scene(bench);
		const before = storeOf(bench);
		const calls = bench.airtable.calls.length;

		await bench.poll.round(DRY);

		expect(storeOf(bench)).toEqual(before);
		const methods = bench.airtable.calls.slice(calls).map((one) => one.method);
		expect(new Set(methods)).toEqual(new Set(["LIST"]));
	});

	test("of a first start finds the same as the round after it, and leaves no trace", async () => {
		const bench = await setUp();
		makeDone(bench);
		makeJob(bench, "combine", {}, 30 * 24 * HOUR);
		const before = storeOf(bench);

		const dry = await bench.poll.round(DRY);
		const after = storeOf(bench);
		const real = await bench.poll.round(BY_HAND);

		expect(dry).toMatchObject({ recovered: 1, failed: 1 });
		expect(real).toMatchObject({ recovered: 1, failed: 1 });
		expect(after).toEqual(before);
	});

	test("does not count as recovered what is on its way already", async () => {
		const bench = await setUp();
		makeDone(bench);
		await bench.poll.round();

		const dry = await bench.poll.round({ all: true, dryRun: true });
		const real = await bench.poll.round({ all: true });

		expect(dry).toEqual(real);
	});

	test("asks NCA nothing, since each question leaves a file there", async () => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		const body = composeFailure(job.id, job.ncaJobId);
		bench.nca.say(job.ncaJobId, "done", body);
		const before = storeOf(bench);

		const report = await roundOf(bench, DRY);

		expect(report).toMatchObject({ waiting: 1, failed: 0 });
		expect(report.jobs[0]?.why).toContain("; a round asks NCA");
		expect(bench.nca.asked).toEqual([]);
		expect(storeOf(bench)).toEqual(before);
	});

	test("goes by what NCA said within the last hour", async () => {
		const bench = await setUpWithNca(TWO_HOURS);
		makeDone(bench);
		makeJob(bench, "combine");
		await roundOf(bench);
		bench.clock.advance(90 * MINUTE);
		await roundOf(bench);
		bench.clock.advance(30 * MINUTE);

		const told = await bench.poll.round({ all: true, dryRun: true });
		bench.clock.advance(31 * MINUTE);
		const silent = await bench.poll.round({ all: true, dryRun: true });

		expect([told.failed, silent.failed]).toEqual([1, 0]);
		expect(silent.jobs[0]?.why).toContain("NCA has not answered");
	});

	test("leaves the line of what is held to the round that holds it", async () => {
		const bench = await setUp(TWO_HOURS);
		makeDone(bench);
		makeJobs(bench, 11);
		await roundOf(bench);
		bench.clock.advance(2 * HOUR);

		const dry = await bench.poll.round({ all: true, dryRun: true });
		const held = () => bench.said("giving up held: too many jobs at once");
		const before = held().length;
		await bench.poll.round();

		expect(dry).toMatchObject({ failed: 0, waiting: 11 });
		expect([before, held().length]).toEqual([0, 1]);
	});
});
