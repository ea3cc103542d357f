import { describe, expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, payloadOf, post, succeed } from "../jobs.ts";
import { MINUTE, setUpWithNca } from "../set-up.ts";
import {
	COMPLAINT,
	closeJob,
	completedBy,
	endingOf,
	failedBy,
	finding,
	oddFile,
	outcomeOf,
	writes,
} from "./learn.ts";

describe("the first outcome of a run wins", () => {
	test.each(["webhook", "nca_status", "manual"] as const)(
		"a completion that was learnt by %s stands against NCA's later failure",
		async (via) => {
			const { bench, job } = await closeJob(completedBy[via]);
			const before = bench.airtable.get("Jobs", job.id);
			const written = writes(bench);

			const late = await post(
				bench,
				`job_id=${job.id}`,
				composeFailure(job.id, job.ncaJobId),
			);
			const asked = await finding(bench, job, "nca_status");
			await bench.drain.once();

			const conflicting = { state: "done", reason: "conflicting" };
			expect(await endingOf(bench, late.body.delivery_id)).toEqual(conflicting);
			expect(await endingOf(bench, asked)).toEqual(conflicting);
			expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
			expect(outcomeOf(bench, job).Status).toBe("completed");
			expect(writes(bench)).toBe(written);
		},
	);

	test.each(["webhook", "nca_status", "manual"] as const)(
		"a failure that was learnt by %s stands against a later file",
		async (via) => {
			const { bench, job } = await closeJob(failedBy[via]);
			const before = bench.airtable.get("Jobs", job.id);
			const written = writes(bench);

			const late = await succeed(bench, job);
			const seen = await finding(bench, job, "polling", job.file);
			await bench.drain.once();
			const asked = await finding(bench, job, "nca_status", oddFile(job));
			await bench.drain.once();

			for (const id of [late.body.delivery_id, seen, asked])
				expect(await endingOf(bench, id)).toEqual({
					state: "done",
					reason: "conflicting",
				});
			expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
			expect(outcomeOf(bench, job).Status).toBe("failed");
			expect(writes(bench)).toBe(written);
		},
	);

	test.each(["webhook", "polling", "nca_status", "manual"] as const)(
		"a completion that was learnt by %s is confirmed by another, and keeps how it was learnt",
		async (via) => {
			const { bench, job } = await closeJob(completedBy[via]);
			const written = writes(bench);

			const url = bench.spaces.put(job.file, 10);
			const body = composeSuccess(job.id, job.ncaJobId, url);
			const again = await post(bench, `job_id=${job.id}`, {
				...body,
				run_time: 99,
			});
			await bench.drain.once();

			expect(await endingOf(bench, again.body.delivery_id)).toEqual({
				state: "done",
				reason: "confirming",
			});
			expect(payloadOf(bench, job.id).via).toBe(via);
			expect(writes(bench)).toBe(written);
		},
	);

	test("a failure is confirmed by another, and keeps its reason", async () => {
		const { bench, job } = await closeJob(failedBy.webhook);
		const written = writes(bench);

		const again = await post(bench, `job_id=${job.id}`, {
			...composeFailure(job.id, job.ncaJobId),
			message: "no space left on device",
		});
		await bench.drain.once();

		expect(await endingOf(bench, again.body.delivery_id)).toEqual({
			state: "done",
			reason: "confirming",
		});
		expect(outcomeOf(bench, job).details).toContain(COMPLAINT);
		expect(writes(bench)).toBe(written);
	});

	test("whatever was written first, another run of the record is judged by itself", async () => {
		const { bench, job } = await closeJob(failedBy.webhook);

		const next = { ...job, ncaJobId: "7b1f0c3e-0000-4000-8000-00000000000a" };
		const file = `${next.ncaJobId}_output_0.mp4`;
		bench.airtable.set("Jobs", job.id, {
			"External Job ID": next.ncaJobId,
			Status: "processing",
		});
		bench.clock.advance(MINUTE);
		await succeed(bench, { ...next, file });
		await bench.drain.once();

		expect(outcomeOf(bench, job)).toEqual({
			Status: "completed",
			details: null,
		});
		expect(payloadOf(bench, job.id).nca_job_id).toBe(next.ncaJobId);
	});
});

test.each([
	["confirming", composeSuccess, "completed"],
	["conflicting", composeFailure, "failed"],
] as const)(
	"what changed nothing has a line of its own, with its verdict: %s",
	async (verdict, body, said) => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		await succeed(bench, job);
		await bench.drain.once();

		const url = `${bench.spaces.base}/${job.file}`;
		const late = await post(bench, `job_id=${job.id}`, {
			...body(job.id, job.ncaJobId, url),
			run_time: 99,
		});
		await bench.drain.once();

		expect(bench.said("delivery changed nothing")).toMatchObject([
			{
				job_id: job.id,
				delivery_id: late.body.delivery_id,
				nca_job_id: job.ncaJobId,
				via: "webhook",
				said,
				verdict,
			},
		]);
	},
);
