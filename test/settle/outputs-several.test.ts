import { describe, expect, test } from "vitest";
import { payloadOf } from "../jobs.ts";
import { HOUR, setUp, setUpWithNca } from "../set-up.ts";
import { outcomeOf } from "./learn.ts";
import { bodyOf, composed, makePlainJob, namesOf, several } from "./outputs.ts";

describe.each(several)(
	"of several files one proves nothing: $endpoint",
	(one) => {
		test("where NCA cannot be asked the job waits, and is not given up either", async () => {
			const bench = await setUp();
			const job = makePlainJob(bench, 25 * HOUR);
			for (const name of namesOf(one, job)) bench.spaces.put(name, 10);

			const report = await bench.poll.round({ all: true, giveUp: true });
			await bench.drain.once();

			expect(report).toMatchObject({ checked: 1, waiting: 1 });
			expect(outcomeOf(bench, job).Status).toBe("processing");
		});

		test.each(["queued", "running", "submitted", "half-written"] as const)(
			"while NCA says %s it waits",
			async (state) => {
				const bench = await setUpWithNca();
				const job = makePlainJob(bench);
				for (const name of namesOf(one, job)) bench.spaces.put(name, 10);
				bench.nca.say(job.ncaJobId, state);

				const report = await bench.poll.round({ all: true });
				await bench.drain.once();

				expect(bench.nca.asked).toEqual([job.ncaJobId]);
				expect(report).toMatchObject({ checked: 1, waiting: 1 });
				expect(outcomeOf(bench, job).Status).toBe("processing");
			},
		);

		test("when NCA says done it is completed, with all that NCA names", async () => {
			const bench = await setUpWithNca();
			const job = makePlainJob(bench);
			const urls = namesOf(one, job).map((name) => bench.spaces.put(name, 10));
			bench.nca.say(job.ncaJobId, "done", bodyOf(one, job, urls));

			await bench.poll.round({ all: true });
			await bench.drain.once();

			expect(payloadOf(bench, job.id)).toMatchObject({
				via: "nca_status",
				output_urls: urls,
			});
		});

		test("when NCA says that it failed, so has the job", async () => {
			const bench = await setUpWithNca();
			const job = makePlainJob(bench);
			bench.spaces.put(namesOf(one, job)[0] ?? "", 10);
			const body = {
				code: 500,
				job_id: job.ncaJobId,
				message: "no space left",
			};
			bench.nca.say(job.ncaJobId, "done", body);

			await bench.poll.round({ all: true });
			await bench.drain.once();

			expect(outcomeOf(bench, job)).toEqual({
				Status: "failed",
				details: "no space left",
			});
		});
	},
);

test("of a composition's files the first one does not speak for the others, where NCA can be asked", async () => {
	const bench = await setUpWithNca();
	const job = makePlainJob(bench);
	const [first = "", ...others] = namesOf(composed, job);
	const urls = [first, ...others].map((name) => `${bench.spaces.base}/${name}`);
	bench.spaces.put(first, 10);
	bench.nca.say(job.ncaJobId, "running");
	await bench.poll.round({ all: true });
	await bench.drain.once();
	expect(outcomeOf(bench, job).Status).toBe("processing");

	for (const name of others) bench.spaces.put(name, 10);
	bench.nca.say(job.ncaJobId, "done", bodyOf(composed, job, urls));
	await bench.poll.round({ all: true });
	await bench.drain.once();

	expect(payloadOf(bench, job.id)).toMatchObject({
		via: "nca_status",
		output_urls: urls,
	});
});
