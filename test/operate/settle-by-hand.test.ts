import { describe, expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, payloadOf, post, succeed, waitOut } from "../jobs.ts";
import { MINUTE, setUp } from "../set-up.ts";
import { endings, jobOf, newWrites, settle } from "./by-hand.ts";

describe("what a person says is done as if NCA had said it", () => {
	test.each(["id", "ncaJobId"] as const)(
		"completed, by the job's %s",
		async (name) => {
			const bench = await setUp();
			const job = makeJob(bench, "combine");
			const url = bench.spaces.put(job.file, 10);

			const answer = await settle(bench, job[name], {
				outcome: "completed",
				url,
			});
			await bench.drain.once();

			expect(answer.status).toBe(202);
			expect(answer.body).toEqual({ job_id: job.id, status: "accepted" });
			expect(jobOf(bench, job).Status).toBe("completed");
			expect(payloadOf(bench, job.id)).toMatchObject({
				outcome: "completed",
				via: "manual",
				nca_job_id: job.ncaJobId,
				output_url: url,
			});
			expect(bench.airtable.get("Segments", job.targetId)).toMatchObject({
				Status: "combined",
				"Voiceover + Video": [{ url, filename: job.file }],
			});
		},
	);

	test("failed, with the reason", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");

		const answer = await settle(bench, job.id, {
			outcome: "failed",
			reason: "its voiceover is silent",
		});
		await bench.drain.once();

		expect(answer.status).toBe(202);
		expect(answer.body).toEqual({ job_id: job.id, status: "accepted" });
		expect(jobOf(bench, job)).toMatchObject({
			Status: "failed",
			"Error Details": "its voiceover is silent",
		});
		expect(payloadOf(bench, job.id).via).toBe("manual");
		expect(bench.airtable.get("Segments", job.targetId).Status).toBe(
			"combination_failed",
		);
	});

	test("also of a job that has no External Job ID", async () => {
		const bench = await setUp();
		const [failed, completed] = [
			makeJob(bench, "combine", { "External Job ID": null }),
			makeJob(bench, "combine", { "External Job ID": null }),
		];
		const url = bench.spaces.put("by-hand.mp4", 10);

		await settle(bench, failed.id, { outcome: "failed", reason: "lost" });
		await settle(bench, completed.id, { outcome: "completed", url });
		await bench.drain.once();

		expect(jobOf(bench, failed).Status).toBe("failed");
		expect(jobOf(bench, completed).Status).toBe("completed");
	});

	test("in place of a time-out, which was provisional", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", {}, 25 * 60 * MINUTE);
		await succeed(bench, makeJob(bench, "combine"));
		await bench.drain.once();
		await bench.poll.round({ all: true, giveUp: true });
		await bench.drain.once();
		expect(payloadOf(bench, job.id).via).toBe("timeout");
		const url = bench.spaces.put(job.file, 10);

		await settle(bench, job.id, { outcome: "completed", url });
		await bench.drain.once();

		expect(jobOf(bench, job).Status).toBe("completed");
		expect(payloadOf(bench, job.id).via).toBe("manual");
	});

	test("and what was parked of the job is then judged by it", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const missing = `${bench.spaces.base}/${job.file}`;
		const body = composeSuccess(job.id, job.ncaJobId, missing);
		await post(bench, `job_id=${job.id}`, body);
		await waitOut(bench, 6 * MINUTE);
		const before = await endings(bench);

		await settle(bench, job.id, { outcome: "failed", reason: "seen" });
		await bench.drain.once();

		expect(before).toEqual([["parked", "unproven"]]);
		expect(await endings(bench)).toEqual([
			["done", "conflicting"],
			["done", "failed"],
		]);
	});
});

describe("a person's word is no proof of a file", () => {
	test.each([
		["of another host", "https://files.example/phi-bucket/a.mp4"],
		["with a query", "{base}/a.mp4?X-Signature=abc"],
		["in a folder", "{base}/folder/a.mp4"],
		["without a name", "{base}/"],
	])("an URL that is not ours is refused: %s", async (_what, pattern) => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const url = pattern.replace("{base}", bench.spaces.base);

		const answer = await settle(bench, job.id, { outcome: "completed", url });

		expect(answer.status).toBe(400);
		expect(answer.body).toEqual({
			error: expect.stringContaining("SPACES_BASE_URL"),
		});
		expect(await endings(bench)).toEqual([]);
	});

	test("one that is not there is waited for, and then parked", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const url = `${bench.spaces.base}/${job.file}`;
		await settle(bench, job.id, { outcome: "completed", url }).expect(202);

		await waitOut(bench, 4 * MINUTE);
		const before = await endings(bench);
		await waitOut(bench, 2 * MINUTE);

		expect(before).toMatchObject([["retry", expect.any(String)]]);
		expect(await endings(bench)).toEqual([["parked", "unproven"]]);
		expect(jobOf(bench, job).Status).toBe("processing");
		expect(newWrites(bench)).toEqual([]);
	});

	test("another job's is not believed", async () => {
		const bench = await setUp();
		const [job, other] = [makeJob(bench, "combine"), makeJob(bench, "combine")];
		const url = bench.spaces.put(other.file, 10);
		await settle(bench, job.id, { outcome: "completed", url }).expect(202);

		await waitOut(bench, 6 * MINUTE);

		expect(await endings(bench)).toEqual([["parked", "unproven"]]);
		expect(newWrites(bench)).toEqual([]);
	});
});

describe("a person's word changes nothing", () => {
	test.each(["completed", "failed"] as const)(
		"of a run that has ended (%s)",
		async (was) => {
			const bench = await setUp();
			const job = makeJob(bench, "combine");
			if (was === "completed") await succeed(bench, job);
			else
				await post(
					bench,
					`job_id=${job.id}`,
					composeFailure(job.id, job.ncaJobId),
				);
			await bench.drain.once();
			const before = jobOf(bench, job);
			const url = bench.spaces.put(job.file, 10);

			await settle(
				bench,
				job.id,
				was === "completed"
					? { outcome: "failed", reason: "it is black" }
					: { outcome: "completed", url },
			).expect(202);
			await bench.drain.once();

			expect((await endings(bench)).at(-1)).toEqual(["done", "conflicting"]);
			expect(jobOf(bench, job)).toEqual(before);
		},
	);

	test("of a job of another service", async () => {
		const bench = await setUp();
		const goapi = "https://engine.example/webhooks/goapi?job_id=x";
		const job = makeJob(bench, "combine", { "Webhook URL": goapi });

		await settle(bench, job.id, { outcome: "failed", reason: "lost" });
		await bench.drain.once();

		expect(await endings(bench)).toEqual([["parked", "foreign job"]]);
		expect(newWrites(bench)).toEqual([]);
	});
});
