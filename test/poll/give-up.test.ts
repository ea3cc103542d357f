import { describe, expect, test } from "vitest";
import { makeJob, ncaId, payloadOf, succeed } from "../jobs.ts";
import { HOUR, MINUTE, setUp, setUpWithNca } from "../set-up.ts";
import { makeDone, roundOf, statusOf } from "./rounds.ts";

const TWO_HOURS = { MAX_POLLING_AGE_HOURS: "2" };
const EACH = { all: true };

/** A job in processing without a file, under a SPACES_BASE_URL that has shown another's, and its first round. */
async function begin(env: Record<string, string> = {}) {
	const bench = await setUpWithNca({ ...TWO_HOURS, ...env });
	makeDone(bench);
	const job = makeJob(bench, "combine");
	await roundOf(bench);
	return { bench, job };
}

describe("a run that was found in processing for MAX_POLLING_AGE_HOURS", () => {
	test("is failed as timed out, and not before", async () => {
		const { bench, job } = await begin();

		bench.clock.advance(2 * HOUR - MINUTE);
		const before = await roundOf(bench, EACH);
		bench.clock.advance(MINUTE);
		const after = await roundOf(bench, EACH);

		expect([before.failed, after.failed]).toEqual([0, 1]);
		const reason = "timed out: nothing showed how it ended within 2 hours";
		expect(bench.airtable.get("Jobs", job.id)).toMatchObject({
			Status: "failed",
			"Error Details": reason,
		});
		expect(payloadOf(bench, job.id)).toMatchObject({
			outcome: "failed",
			via: "timeout",
			nca_job_id: job.ncaJobId,
		});
		expect(bench.airtable.get("Segments", job.targetId).Status).toBe(
			"combination_failed",
		);
	});

	test("but in between was not, has its time begin anew", async () => {
		const { bench, job } = await begin();
		bench.clock.advance(HOUR);
		bench.airtable.set("Jobs", job.id, { Status: "pending" });
		await roundOf(bench);
		bench.airtable.set("Jobs", job.id, { Status: "processing" });
		await roundOf(bench);

		bench.clock.advance(2 * HOUR - MINUTE);
		const before = await roundOf(bench, EACH);
		bench.clock.advance(MINUTE);
		const after = await roundOf(bench, EACH);

		expect([before.failed, after.failed]).toEqual([0, 1]);
	});

	test("is failed though a round by hand looked at older jobs alone", async () => {
		const { bench } = await begin();
		bench.clock.advance(HOUR);
		const older = await roundOf(bench, { olderThanMs: 24 * HOUR, ...EACH });

		bench.clock.advance(HOUR);
		const after = await roundOf(bench, EACH);

		expect(older.jobs).toEqual([]);
		expect(after.failed).toBe(1);
	});

	test("is failed where NCA is not configured", async () => {
		const bench = await setUp(TWO_HOURS);
		makeDone(bench);
		const job = makeJob(bench, "combine");
		await roundOf(bench);

		bench.clock.advance(2 * HOUR);
		await roundOf(bench);

		expect(statusOf(bench, job)).toBe("failed");
	});

	test("is completed all the same by the webhook that comes after", async () => {
		const { bench, job } = await begin();
		bench.clock.advance(2 * HOUR);
		await roundOf(bench);
		expect(statusOf(bench, job)).toBe("failed");

		await succeed(bench, job);
		await bench.drain.once();

		expect(statusOf(bench, job)).toBe("completed");
	});
});

describe("a run is not given up while Spaces", () => {
	test("cannot say that its file is absent", async () => {
		const { bench, job } = await begin();
		bench.clock.advance(2 * HOUR);
		bench.spaces.fail(503);

		const report = await roundOf(bench, EACH);
		bench.spaces.fail(null);
		const later = await roundOf(bench, EACH);

		expect(report).toMatchObject({ failed: 0, errors: 1 });
		expect(later.failed).toBe(1);
		expect(statusOf(bench, job)).toBe("failed");
	});

	test("has never shown a file; one that the same round finds is enough", async () => {
		const bench = await setUpWithNca(TWO_HOURS);
		const job = makeJob(bench, "combine");
		const late = makeJob(bench, "concatenate", {}, HOUR);
		await roundOf(bench);
		bench.clock.advance(2 * HOUR);

		const before = await roundOf(bench, EACH);
		bench.spaces.put(late.file, 10);
		const after = await roundOf(bench, EACH);

		const said = before.jobs.find(({ job_id }) => job_id === job.id);
		expect(said).toMatchObject({
			verdict: "waiting",
			why: expect.stringContaining("no file was ever seen"),
		});
		expect(after).toMatchObject({ recovered: 1, failed: 1 });
	});

	test("has never shown a file; one that a webhook named is enough", async () => {
		const bench = await setUpWithNca(TWO_HOURS);
		makeJob(bench, "combine");
		await roundOf(bench);
		await succeed(bench, makeJob(bench, "concatenate", {}, MINUTE));
		await bench.drain.once();

		bench.clock.advance(2 * HOUR);
		const report = await roundOf(bench);

		expect(report.failed).toBe(1);
	});
});

describe("a run is not given up while NCA", () => {
	test.each(["queued", "running"] as const)(
		"says %s, for twice the age",
		async (word) => {
			const { bench, job } = await begin();
			bench.nca.say(job.ncaJobId, word);

			bench.clock.advance(4 * HOUR - MINUTE);
			const before = await roundOf(bench, EACH);
			bench.clock.advance(MINUTE);
			const after = await roundOf(bench, EACH);

			expect(before.jobs[0]?.why).toContain(`not given up: NCA says ${word}`);
			expect([before.failed, after.failed]).toEqual([0, 1]);
		},
	);

	test.each([
		[59, 1],
		[61, 0],
	])(
		"is silent: what it said %i minutes ago fails %i job",
		async (minutes, failed) => {
			const { bench } = await begin();
			bench.clock.advance(2 * HOUR - minutes * MINUTE);
			await roundOf(bench, EACH);
			bench.nca.fault((_req, res) => void res.status(502).end());
			bench.clock.advance(minutes * MINUTE);

			const report = await roundOf(bench, EACH);

			expect(report.failed).toBe(failed);
		},
	);

	test("has not said a word since it was configured", async () => {
		const { bench, job } = await begin({ NCA_API_KEY: "another" });
		bench.clock.advance(3 * HOUR);

		const report = await roundOf(bench, EACH);

		expect(report.jobs[0]?.why).toContain("NCA has not answered");
		expect(statusOf(bench, job)).toBe("processing");
	});
});

test("a job that was completed, and submitted again since, is given up like any other", async () => {
	const bench = await setUpWithNca(TWO_HOURS);
	const job = makeJob(bench, "combine");
	await succeed(bench, job);
	await bench.drain.once();
	bench.airtable.set("Jobs", job.id, {
		"External Job ID": ncaId(),
		Status: "processing",
	});
	await roundOf(bench, EACH);

	bench.clock.advance(2 * HOUR);
	await roundOf(bench, EACH);
	await bench.drain.once();

	expect(statusOf(bench, job)).toBe("failed");
	expect(payloadOf(bench, job.id).via).toBe("timeout");
});
