import { expect, test } from "vitest";
import { makeJob, payloadOf, succeed } from "../jobs.ts";
import { setUp, setUpWithNca } from "../set-up.ts";
import { completedBy, failedBy, outcomeOf, writes } from "./learn.ts";
import { roundAndDrain, setBack } from "./set-back.ts";

test("of many jobs that are set back at once, each is closed again as it was", async () => {
	const bench = await setUpWithNca();
	const jobs = Array.from({ length: 120 }, () => makeJob(bench, "combine"));
	const isFailed = (nth: number) => nth % 3 === 0;
	for (const [nth, job] of jobs.entries()) {
		if (isFailed(nth)) await failedBy.webhook(bench, job);
		else await completedBy.webhook(bench, job);
	}
	await bench.drain.once();
	for (const job of jobs) setBack(bench, job);
	const written = writes(bench);

	const report = await roundAndDrain(bench);

	expect(report).toMatchObject({ checked: 120, recovered: 80, failed: 40 });
	for (const [nth, job] of jobs.entries()) {
		const outcome = isFailed(nth) ? "failed" : "completed";
		expect(outcomeOf(bench, job).Status).toBe(outcome);
		expect(payloadOf(bench, job.id)).toMatchObject({ outcome, via: "webhook" });
	}
	expect(writes(bench) - written).toBe(120 / 10);
	expect(bench.spaces.heads).toHaveLength(80 * 2);
});

test("a dry run says that it would be closed again, and does not", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await succeed(bench, job);
	await bench.drain.once();
	setBack(bench, job);

	const report = await bench.poll.round({ all: true, dryRun: true });
	await bench.drain.once();

	expect(report.jobs).toMatchObject([{ job_id: job.id, verdict: "recovered" }]);
	expect(outcomeOf(bench, job).Status).toBe("processing");
});
