import { describe, expect, test } from "vitest";
import { HOUR, MINUTE, setUp, setUpWithNca } from "../set-up.ts";
import { goOn, makeDone, makeJobs, roundOf, writes } from "./rounds.ts";

const HELD = "giving up held: too many jobs at once";
const EACH = { all: true };

/** So many jobs that NCA has queued for as long as it takes to be given up, and the writes so far. */
async function stuckAtNca(count: number) {
	const bench = await setUpWithNca({ MAX_POLLING_AGE_HOURS: "2" });
	makeDone(bench);
	const jobs = makeJobs(bench, count);
	for (const { ncaJobId } of jobs) bench.nca.say(ncaJobId, "queued");
	await goOn(bench, 2 * HOUR);
	return { bench, jobs, before: writes(bench) };
}

describe("more than ten in one round are held", () => {
	test("when NCA has forgotten all that it had queued", async () => {
		const { bench, jobs, before } = await stuckAtNca(12);
		for (const { ncaJobId } of jobs) bench.nca.forget(ncaJobId);

		const report = await roundOf(bench, EACH);

		expect(report.failed).toBe(0);
		expect(writes(bench)).toBe(before);
		expect(bench.said(HELD)).toHaveLength(1);
	});

	test("when NCA has said queued for twice the age", async () => {
		const { bench, before } = await stuckAtNca(12);

		const failed = await goOn(bench, 2 * HOUR + 30 * MINUTE);

		expect(failed).toBe(0);
		expect(writes(bench)).toBe(before);
		expect(bench.said(HELD)).toHaveLength(1);
	});

	test("when NCA is too slow to be asked about each of them", async () => {
		const bench = await setUpWithNca({ MAX_POLLING_AGE_HOURS: "2" });
		makeDone(bench);
		makeJobs(bench, 12);
		bench.nca.fault((_req, _res, next) => {
			bench.clock.advance(6000);
			next();
		});
		await roundOf(bench);
		bench.clock.advance(2 * HOUR);

		const report = await roundOf(bench, EACH);

		expect(report.failed).toBe(0);
	});

	test("and a check of one of them is not the operator's give_up", async () => {
		const bench = await setUpWithNca({ MAX_POLLING_AGE_HOURS: "2" });
		makeDone(bench);
		const [job] = makeJobs(bench, 12);
		await roundOf(bench);
		bench.clock.advance(2 * HOUR);
		await roundOf(bench);

		const looked = await bench.poll.check(job?.id ?? "");

		expect(looked?.verdict).toBe("waiting");
	});
});

test("a round by hand does not have the held jobs announced anew", async () => {
	const bench = await setUp({ MAX_POLLING_AGE_HOURS: "2" });
	makeDone(bench);
	makeJobs(bench, 12);
	await roundOf(bench);
	bench.clock.advance(2 * HOUR);
	await roundOf(bench);
	await roundOf(bench, { all: true, olderThanMs: 24 * HOUR });
	bench.clock.advance(15 * MINUTE);
	await roundOf(bench);

	expect(bench.said(HELD)).toHaveLength(1);
});

test("what give_up fails is not said to be held", async () => {
	const bench = await setUp({ MAX_POLLING_AGE_HOURS: "2" });
	makeDone(bench);
	makeJobs(bench, 12);
	await roundOf(bench);
	bench.clock.advance(2 * HOUR);
	const report = await roundOf(bench, { all: true, giveUp: true });

	expect(report.failed).toBe(12);
	expect(bench.said(HELD)).toEqual([]);
});

test("wrong settings do not have jobs said to be too many", async () => {
	const bench = await setUp({ MAX_POLLING_AGE_HOURS: "2" });
	makeJobs(bench, 12);
	await goOn(bench, 3 * HOUR);

	expect(bench.said(HELD)).toEqual([]);
});
