import { describe, expect, test } from "vitest";
import { makeJob, payloadOf, post, succeed, type TestJob } from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, setUp } from "../set-up.ts";
import { closeJob, failedBy, finding, outcomeOf } from "./learn.ts";
import { roundAndDrain, setBack } from "./set-back.ts";

/** A job whose failure was reported, and whose file has come about all the same. */
async function failedWithFile(bench: SetUp) {
	const job = makeJob(bench, "combine");
	await post(bench, `job_id=${job.id}`, {
		code: 500,
		job_id: job.ncaJobId,
		message: "no space left",
	});
	await bench.drain.once();
	bench.spaces.put(job.file, 10);
	return job;
}

describe("a job that is set back is judged afresh", () => {
	test("after the third time, which is not closed as it was any more", async () => {
		const bench = await setUp();
		const job = await failedWithFile(bench);
		for (const _time of [1, 2]) {
			setBack(bench, job);
			bench.clock.advance(2 * MINUTE);
			await roundAndDrain(bench);
			expect(outcomeOf(bench, job)).toEqual({
				Status: "failed",
				details: "no space left",
			});
		}

		setBack(bench, job);
		bench.clock.advance(2 * MINUTE);
		await roundAndDrain(bench);
		expect(outcomeOf(bench, job).Status).not.toBe("failed");

		bench.clock.advance(15 * MINUTE);
		await roundAndDrain(bench);
		expect(outcomeOf(bench, job)).toEqual({
			Status: "completed",
			details: null,
		});
		expect(payloadOf(bench, job.id).via).toBe("polling");
	});

	test("of many, each counted by itself", async () => {
		const bench = await setUp();
		const jobs: TestJob[] = [];
		for (let nth = 0; nth < 110; nth += 1)
			jobs.push(await failedWithFile(bench));
		const often = jobs.filter((_job, nth) => nth % 2 === 0);
		for (const some of [often, often, jobs]) {
			for (const job of some) setBack(bench, job);
			await roundAndDrain(bench);
		}
		bench.clock.advance(16 * MINUTE);
		await roundAndDrain(bench);

		const statuses = jobs.map((job) => outcomeOf(bench, job).Status);
		expect(statuses).toEqual(
			jobs.map((_job, nth) => (nth % 2 === 0 ? "completed" : "failed")),
		);
	});

	test("later than 15 minutes", async () => {
		const bench = await setUp();
		const job = await failedWithFile(bench);
		bench.clock.advance(16 * MINUTE);
		setBack(bench, job);

		await roundAndDrain(bench);

		expect(outcomeOf(bench, job).Status).toBe("completed");
		expect(bench.said("job set back, judged anew")).toMatchObject([
			{ job_id: job.id, nca_job_id: job.ncaJobId },
		]);
	});

	test("though it was completed: without its file it stays in processing, and its target is left", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await finding(bench, job, "polling", job.file);
		await bench.drain.once();
		const attached = bench.airtable.get("Segments", job.targetId);
		bench.spaces.put(job.file, 0);
		bench.clock.advance(16 * MINUTE);
		setBack(bench, job);

		const report = await roundAndDrain(bench);

		expect(report).toMatchObject({ checked: 1, waiting: 1 });
		expect(outcomeOf(bench, job).Status).toBe("processing");
		expect(bench.airtable.get("Segments", job.targetId)).toEqual(attached);
	});

	test("by a webhook that comes before a round: what it says holds", async () => {
		const bench = await setUp();
		const job = await failedWithFile(bench);
		bench.clock.advance(16 * MINUTE);
		setBack(bench, job);

		await succeed(bench, job);
		await bench.drain.once();

		expect(outcomeOf(bench, job).Status).toBe("completed");
		expect(payloadOf(bench, job.id).via).toBe("webhook");
	});

	test("and, closed anew, is closed again twice more", async () => {
		const { bench, job } = await closeJob(failedBy.webhook);
		bench.clock.advance(16 * MINUTE);
		setBack(bench, job);
		await failedBy.nca_status(bench, job);
		await bench.drain.once();
		expect(payloadOf(bench, job.id).via).toBe("nca_status");
		bench.spaces.put(job.file, 10);

		const ends: unknown[] = [];
		for (const _time of [1, 2, 3]) {
			setBack(bench, job);
			await roundAndDrain(bench);
			ends.push(outcomeOf(bench, job).Status);
		}

		expect(ends.slice(0, 2)).toEqual(["failed", "failed"]);
		expect(ends[2]).not.toBe("failed");
	});
});

describe("the clock of a job that is judged afresh begins anew", () => {
	/** A round each hour, as long as it takes. */
	async function hoursPass(bench: SetUp, hours: number) {
		for (let hour = 0; hour < hours; hour += 1) {
			bench.clock.advance(HOUR);
			await roundAndDrain(bench);
		}
	}

	/** Given up after a day, and set back by a person some time later. */
	async function givenUpAndSetBack() {
		const bench = await setUp();
		const witness = makeJob(bench, "combine");
		bench.spaces.put(witness.file, 10);
		const job = makeJob(bench, "combine");
		await roundAndDrain(bench);
		await hoursPass(bench, 24);
		expect(payloadOf(bench, job.id).via).toBe("timeout");
		await hoursPass(bench, 2);
		setBack(bench, job);
		return { bench, job };
	}

	test("it is not given up again for another MAX_POLLING_AGE_HOURS", async () => {
		const { bench, job } = await givenUpAndSetBack();

		await roundAndDrain(bench);
		await hoursPass(bench, 23);

		expect(outcomeOf(bench, job).Status).toBe("processing");
	});

	test("and then it is", async () => {
		const { bench, job } = await givenUpAndSetBack();

		await roundAndDrain(bench);
		await hoursPass(bench, 24);

		expect(outcomeOf(bench, job).Status).toBe("failed");
		expect(payloadOf(bench, job.id).via).toBe("timeout");
	});

	test("nor is it by the time that it was stuck before it was first closed", async () => {
		const bench = await setUp();
		const witness = makeJob(bench, "combine");
		bench.spaces.put(witness.file, 10);
		const job = makeJob(bench, "combine");
		await roundAndDrain(bench);
		await hoursPass(bench, 23);
		await failedBy.timeout(bench, job);
		await bench.drain.once();
		bench.clock.advance(20 * MINUTE);
		setBack(bench, job);

		await roundAndDrain(bench);
		await hoursPass(bench, 2);

		expect(outcomeOf(bench, job).Status).toBe("processing");
	});
});
