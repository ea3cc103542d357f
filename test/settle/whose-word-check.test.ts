import { describe, expect, test } from "vitest";
import { payloadOf } from "../jobs.ts";
import { MINUTE } from "../set-up.ts";
import { closeJob, failedBy, failure, outcomeOf, writes } from "./learn.ts";

describe.each([1, 20])(
	"a job that is checked by hand %s minutes after it was closed",
	(minutes) => {
		test.each(["webhook", "nca_status"] as const)(
			"stays as it was: failed via %s, with a file in Spaces",
			async (via) => {
				const { bench, job } = await closeJob(failedBy[via]);
				const before = bench.airtable.get("Jobs", job.id);
				const written = writes(bench);
				bench.spaces.put(job.file, 10);
				bench.clock.advance(minutes * MINUTE);

				await bench.poll.check(job.id);
				await bench.drain.once();

				expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
				expect(writes(bench)).toBe(written);
				expect(bench.said("job set back, judged anew")).toEqual([]);
			},
		);

		test("is completed where it was only given up, and its file has come", async () => {
			const { bench, job } = await closeJob(failedBy.timeout);
			bench.spaces.put(job.file, 10);
			bench.clock.advance(minutes * MINUTE);

			await bench.poll.check(job.id);
			await bench.drain.once();

			expect(outcomeOf(bench, job).Status).toBe("completed");
			expect(payloadOf(bench, job.id).via).toBe("polling");
		});

		test("is still known to have been given up only", async () => {
			const { bench, job } = await closeJob(failedBy.timeout);
			bench.clock.advance(minutes * MINUTE);
			await bench.poll.check(job.id);
			await bench.drain.once();

			await failure(bench, job);
			await bench.drain.once();

			expect(outcomeOf(bench, job).details).toBe("no space left");
		});
	},
);
