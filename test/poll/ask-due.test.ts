import { describe, expect, test } from "vitest";
import { asJob } from "../../src/airtable/job-record.ts";
import { asNcaJobId } from "../../src/job.ts";
import { isAskDue } from "../../src/poll/due.ts";
import { makeJob, ncaId } from "../jobs.ts";
import {
	HOUR,
	MINUTE,
	START,
	setUpWithNca,
	temporaryFolder,
} from "../set-up.ts";
import { goOn, startProgram } from "./rounds.ts";

/** Whether NCA is to be asked about a job of this age, of which it last spoke so long ago. */
function due(ageMs: number, agoMs: number | null): boolean {
	const createdTime = new Date(START - ageMs).toISOString();
	const ncaJobId = asNcaJobId(ncaId());
	if (ncaJobId === null) throw new Error("no id");
	const known = {
		stuckSince: null,
		checkedAt: null,
		askedAt: agoMs === null ? null : START - agoMs,
		ncaSaid: null,
		endpoint: null,
		settled: null,
		completedBefore: false,
	};
	const job = asJob({ id: "recA", createdTime, fields: {} });
	return isAskDue({ job, ncaJobId, known }, START);
}

describe("NCA is asked about a run", () => {
	test.each([
		[5 * MINUTE, 5 * MINUTE],
		[HOUR - 1, 5 * MINUTE],
		[HOUR, 15 * MINUTE],
		[6 * HOUR - 1, 15 * MINUTE],
		[6 * HOUR, HOUR],
		[48 * HOUR - 1, HOUR],
		[48 * HOUR, 6 * HOUR],
		[90 * 24 * HOUR, 6 * HOUR],
	])("of %i ms every %i ms, and no sooner", (age, interval) => {
		expect(due(age, interval)).toBe(true);
		expect(due(age, interval - 1)).toBe(false);
		expect(due(age, 0)).toBe(false);
	});

	test.each([0, MINUTE, HOUR, 7 * HOUR, 90 * 24 * HOUR])(
		"of %i ms at once where it never has been",
		(age) => {
			expect(due(age, null)).toBe(true);
		},
	);

	test("at once where that was in the future: the clock was set back", () => {
		expect(due(7 * HOUR, -1)).toBe(true);
	});
});

test("the older a job, the fewer questions it costs, however often rounds are", async () => {
	const bench = await setUpWithNca();
	const ages = [10 * MINUTE, 3 * HOUR, 24 * HOUR, 90 * 24 * HOUR];
	const jobs = ages.map((age) => makeJob(bench, "combine", {}, age));
	const [young, older, old, oldest] = jobs.map(({ ncaJobId }) => ncaJobId);

	await goOn(bench, 2 * HOUR, MINUTE);

	const times = (id = "") => bench.nca.asked.filter((one) => one === id).length;
	expect(times(young)).toBeGreaterThan(times(older));
	expect(times(older)).toBeGreaterThan(times(old));
	expect(times(old)).toBe(2);
	expect(times(oldest)).toBe(1);
});

test("when NCA last spoke of a run is still known after a restart", async () => {
	const bench = await setUpWithNca();
	const job = makeJob(bench, "combine", {}, 3 * HOUR);
	const DATA_DIR = temporaryFolder();
	const before = await startProgram(bench, { DATA_DIR });
	await before.poll.round();
	before.close();
	bench.clock.advance(14 * MINUTE);

	const after = await startProgram(bench, { DATA_DIR });
	await after.poll.round();

	expect(bench.spaces.heads).toHaveLength(2);
	expect(bench.nca.asked).toEqual([job.ncaJobId]);
});
