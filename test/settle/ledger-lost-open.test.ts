import { describe, expect, test } from "vitest";
import { makeJob, payloadOf, succeed, type TestJob } from "../jobs.ts";
import { HOUR, MINUTE, setUpWithNca } from "../set-up.ts";
import {
	COMPLAINT,
	closeJob,
	completedBy,
	failedBy,
	outcomeOf,
	success,
} from "./learn.ts";
import { loseLedger } from "./lost.ts";

describe("of a job that was closed and set back before the ledger was lost", () => {
	const ways = [
		["completed", "webhook", completedBy.webhook],
		["completed", "polling", completedBy.polling],
		["completed", "nca_status", completedBy.nca_status],
		["completed", "manual", completedBy.manual],
		["failed", "webhook", failedBy.webhook],
		["failed", "nca_status", failedBy.nca_status],
		["failed", "timeout", failedBy.timeout],
	] as const;

	async function setBackThenLost(close: (typeof ways)[number][2], ms: number) {
		const { bench: before, job } = await closeJob(close);
		const closed = outcomeOf(before, job);
		before.airtable.set("Jobs", job.id, { Status: "processing" });
		before.clock.advance(ms);
		return { bench: await loseLedger(before), job, closed };
	}

	test.each(ways)(
		"soon: it is closed again from its record, %s via %s",
		async (outcome, via, close) => {
			const { bench, job, closed } = await setBackThenLost(close, 10 * MINUTE);
			if (outcome === "failed") bench.spaces.put(job.file, 10);

			await bench.poll.round();
			await bench.drain.once();

			expect(outcomeOf(bench, job)).toEqual(closed);
			expect(payloadOf(bench, job.id)).toMatchObject({
				outcome,
				via,
				nca_job_id: job.ncaJobId,
			});
		},
	);

	test("later: it is judged afresh", async () => {
		const { bench, job } = await setBackThenLost(failedBy.webhook, 20 * MINUTE);
		bench.nca.forget(job.ncaJobId);
		bench.spaces.put(job.file, 10);

		await bench.poll.round();
		await bench.drain.once();

		expect(outcomeOf(bench, job)).toEqual({
			Status: "completed",
			details: null,
		});
	});

	test("by the engine, which had not written its External Job ID when it was closed", async () => {
		const before = await setUpWithNca();
		const job = makeJob(before, "combine", { "External Job ID": null });
		await succeed(before, job);
		await before.drain.once();
		const { ncaJobId } = job;
		before.airtable.set("Jobs", job.id, {
			"External Job ID": ncaJobId,
			Status: "processing",
		});

		const bench = await loseLedger(before);
		await bench.poll.round();
		await bench.drain.once();

		expect(outcomeOf(bench, job).Status).toBe("completed");
		expect(payloadOf(bench, job.id).via).toBe("webhook");
	});
});

describe("of a job that was open when the ledger was lost", () => {
	/** A round each hour. */
	async function hoursPass(
		bench: Awaited<ReturnType<typeof setUpWithNca>>,
		hours: number,
	) {
		for (let hour = 0; hour < hours; hour += 1) {
			bench.clock.advance(HOUR);
			await bench.poll.round({ all: true });
			await bench.drain.once();
		}
	}

	/** Stuck for nearly a day, and Spaces known to answer. */
	async function nearlyGivenUp() {
		const before = await setUpWithNca();
		const job = makeJob(before, "combine");
		const witness = (bench: typeof before): TestJob => {
			const other = makeJob(bench, "combine");
			bench.spaces.put(other.file, 10);
			return other;
		};
		witness(before);
		await before.poll.round({ all: true });
		await hoursPass(before, 23);
		const bench = await loseLedger(before);
		witness(bench);
		return { bench, job };
	}

	test("nothing is given up right after it, nor within MAX_POLLING_AGE_HOURS", async () => {
		const { bench, job } = await nearlyGivenUp();

		await bench.poll.round({ all: true });
		await bench.drain.once();
		await hoursPass(bench, 23);

		expect(outcomeOf(bench, job).Status).toBe("processing");
	});

	test("and then it is", async () => {
		const { bench, job } = await nearlyGivenUp();

		await bench.poll.round({ all: true });
		await hoursPass(bench, 24);

		expect(outcomeOf(bench, job).Status).toBe("failed");
		expect(payloadOf(bench, job.id).via).toBe("timeout");
	});

	test("a webhook that was acknowledged, and lost with it, is made good by the file", async () => {
		const before = await setUpWithNca();
		const job = makeJob(before, "combine");
		await success(before, job);

		const bench = await loseLedger(before);
		await bench.poll.round();
		await bench.drain.once();

		expect(outcomeOf(bench, job).Status).toBe("completed");
	});

	test("a failure that was acknowledged, and lost with it, is made good by NCA's word", async () => {
		const before = await setUpWithNca();
		const job = makeJob(before, "combine");
		await failedBy.nca_status(before, job);

		const bench = await loseLedger(before);
		await bench.poll.round();
		await bench.drain.once();

		expect(outcomeOf(bench, job)).toEqual({
			Status: "failed",
			details: expect.stringContaining(COMPLAINT),
		});
	});
});
