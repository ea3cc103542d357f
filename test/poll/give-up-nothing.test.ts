import { describe, expect, test } from "vitest";
import { makeJob, ncaId } from "../jobs.ts";
import {
	HOUR,
	MINUTE,
	setUp,
	setUpWithNca,
	temporaryFolder,
} from "../set-up.ts";
import {
	goOn,
	makeDone,
	makeJobs,
	roundOf,
	startProgram,
	statusOf,
	writes,
} from "./rounds.ts";

const TWO_HOURS = { MAX_POLLING_AGE_HOURS: "2" };
const EACH = { all: true };
const BY_HAND = { all: true, giveUp: true };
const DAY = 24 * HOUR;

describe("a mistake of ours fails no job, not even by the operator's word", () => {
	test("a SPACES_BASE_URL under which there is nothing", async () => {
		const { spaces } = await setUp();
		const SPACES_BASE_URL = `${spaces.base}/phi-bucket`;
		const bench = await setUpWithNca({ ...TWO_HOURS, SPACES_BASE_URL });
		for (const { file } of makeJobs(bench, 3)) spaces.put(file, 10);

		const failed = await goOn(bench, 3 * HOUR);
		const byHand = await roundOf(bench, BY_HAND);

		expect([failed, byHand.failed]).toEqual([0, 0]);
		expect(writes(bench)).toBe(0);
	});

	test("a bucket that answers 403 to everything", async () => {
		const bench = await setUpWithNca(TWO_HOURS);
		for (const { file } of makeJobs(bench, 3)) bench.spaces.put(file, 10);
		bench.spaces.fail(403);

		const failed = await goOn(bench, 3 * HOUR);
		const byHand = await roundOf(bench, BY_HAND);

		expect([failed, byHand.failed]).toEqual([0, 0]);
		expect(writes(bench)).toBe(0);
	});

	test("NCA's address or key being wrong", async () => {
		const bench = await setUpWithNca({ ...TWO_HOURS, NCA_API_KEY: "another" });
		makeDone(bench);
		makeJobs(bench, 3);

		const failed = await goOn(bench, 3 * HOUR);
		const byHand = await roundOf(bench, BY_HAND);

		expect([failed, byHand.failed]).toEqual([0, 0]);
	});
});

test.each([
	["the same", "", 1],
	["another", "/phi-bucket", 0],
])(
	"a file that was seen under one SPACES_BASE_URL counts under %s after a restart",
	async (_what, more, failed) => {
		const bench = await setUpWithNca(TWO_HOURS);
		makeDone(bench);
		makeJob(bench, "combine");
		const DATA_DIR = temporaryFolder();
		const first = await startProgram(bench, { DATA_DIR });
		await roundOf(first);
		first.close();
		bench.clock.advance(2 * HOUR);

		const SPACES_BASE_URL = [`${bench.spaces.base}${more}`];
		const second = await startProgram(bench, { DATA_DIR, SPACES_BASE_URL });
		const report = await roundOf(second);

		expect(report.failed).toBe(failed);
	},
);

test("a ledger that was lost begins to count anew", async () => {
	const bench = await setUpWithNca(TWO_HOURS);
	makeDone(bench);
	const job = makeJob(bench, "combine");
	await roundOf(bench);
	bench.clock.advance(2 * HOUR);
	makeDone(bench);

	const DATA_DIR = temporaryFolder();
	const again = await startProgram(bench, { DATA_DIR });
	const first = await roundOf(again, EACH);
	bench.clock.advance(2 * HOUR - MINUTE);
	const later = await roundOf(again, EACH);

	expect([first.failed, later.failed]).toEqual([0, 0]);
	expect(statusOf(bench, job)).toBe("processing");
});

test("a record that was submitted again, under a new External Job ID, begins anew", async () => {
	const bench = await setUpWithNca(TWO_HOURS);
	makeDone(bench);
	const job = makeJob(bench, "combine", {}, 60 * DAY);
	await roundOf(bench);
	bench.clock.advance(2 * HOUR);
	bench.airtable.set("Jobs", job.id, { "External Job ID": ncaId() });

	const first = await roundOf(bench, EACH);
	bench.clock.advance(2 * HOUR - MINUTE);
	const later = await roundOf(bench, EACH);
	bench.clock.advance(MINUTE);
	const last = await roundOf(bench, EACH);

	expect([first, later, last].map(({ failed }) => failed)).toEqual([0, 0, 1]);
});

test("a first start on a debt of months fails nothing", async () => {
	const bench = await setUpWithNca();
	const done = makeDone(bench);
	const jobs = makeJobs(bench, 30, 90 * DAY);

	const failed = await goOn(bench, 2 * HOUR);

	expect(failed).toBe(0);
	expect(statusOf(bench, done)).toBe("completed");
	expect(new Set(jobs.map((job) => statusOf(bench, job)))).toEqual(
		new Set(["processing"]),
	);
	expect(bench.said("giving up held: too many jobs at once")).toEqual([]);
});
