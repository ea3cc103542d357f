import { describe, expect, test } from "vitest";
import {
	captionFailure,
	cloudRunSecondFailure,
	composeFailure,
	composeSuccess,
	concatenateSuccess,
} from "../bodies.ts";
import { makeJob, payloadOf, post } from "../jobs.ts";
import { setUp } from "../set-up.ts";

describe("a success fills the field of its operation and closes the job", () => {
	const rows = [
		{
			operation: "combine",
			table: "Segments",
			field: "Voiceover + Video",
			status: "combined",
		},
		{
			operation: "image_zoom",
			table: "Segments",
			field: "Video",
			status: "Video Ready",
		},
		{
			operation: "concatenate",
			table: "Videos",
			field: "Combined Segments Video",
			status: undefined,
		},
		{
			operation: "add_music",
			table: "Videos",
			field: "Video + Music",
			status: undefined,
		},
	] as const;

	test.each(rows)(
		"$operation: $table, $field",
		async ({ operation, table, field, status }) => {
			const bench = await setUp();
			const job = makeJob(bench, operation, {
				"Error Details": "an old one",
				Notes: "by hand",
			});
			const url = bench.spaces.put(job.file, 500);
			const body =
				operation === "concatenate" ? concatenateSuccess : composeSuccess;

			await post(
				bench,
				`job_id=${job.id}&operation=${operation}`,
				body(job.id, job.ncaJobId, url),
			).expect(200);
			await bench.drain.once();

			const target = bench.airtable.get(table, job.targetId);
			expect(target[field]).toMatchObject([{ url, filename: job.file }]);
			expect(target.Status).toBe(status);
			const fields = bench.airtable.get("Jobs", job.id);
			expect(fields.Status).toBe("completed");
			expect(fields["Error Details"]).toBeUndefined();
			expect(fields.Notes).toMatch(
				/^by hand\n2026-11-23T12:00:00\.\d{3}Z completed via webhook$/,
			);
			expect(payloadOf(bench, job.id)).toEqual({
				outcome: "completed",
				via: "webhook",
				nca_job_id: job.ncaJobId,
				output_url: url,
				output_urls: [url],
				settled_at: expect.stringMatching(/^2026-11-23T12:00:00\.\d{3}Z$/),
			});
		},
	);
});

describe("a failure is written where it belongs", () => {
	const rows = [
		{ operation: "combine", status: "combination_failed" },
		{ operation: "image_zoom", status: "Video Generation Failed" },
	] as const;

	test.each(rows)(
		"$operation: the segment is $status",
		async ({ operation, status }) => {
			const bench = await setUp();
			const job = makeJob(bench, operation);

			await post(
				bench,
				`job_id=${job.id}&operation=${operation}`,
				composeFailure(job.id, job.ncaJobId),
			);
			await bench.drain.once();

			expect(bench.airtable.get("Segments", job.targetId)).toEqual({
				Status: status,
			});
			const fields = bench.airtable.get("Jobs", job.id);
			expect(fields.Status).toBe("failed");
			expect(fields["Error Details"]).toContain("No such filter: 'tpadd'");
			expect(fields["Error Details"]).not.toContain("X-Signature");
			expect(fields["Error Details"]).not.toContain("/var/nca");
			expect(payloadOf(bench, job.id)).toMatchObject({
				outcome: "failed",
				output_url: null,
				output_urls: [],
			});
		},
	);

	test.each(["concatenate", "add_music"] as const)(
		"%s: the job alone",
		async (operation) => {
			const bench = await setUp();
			const job = makeJob(bench, operation);

			await post(
				bench,
				`job_id=${job.id}`,
				composeFailure(job.id, job.ncaJobId),
			);
			await bench.drain.once();

			expect(bench.airtable.get("Jobs", job.id).Status).toBe("failed");
			expect(bench.airtable.get("Videos", job.targetId)).toEqual({});
		},
	);

	test("a message that is an object gives its error", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");

		await post(bench, "", captionFailure(job.id, job.ncaJobId));
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id)["Error Details"]).toBe(
			"Font 'Example Sans' not available.",
		);
	});

	test("Cloud Run's second body, which names its run only in `error`", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");

		await post(bench, "", cloudRunSecondFailure(job.id, job.ncaJobId));
		await bench.drain.once();

		const fields = bench.airtable.get("Jobs", job.id);
		expect(fields.Status).toBe("failed");
		expect(fields["Error Details"]).toMatch(
			/^Job failed with status 500: .*Filter not found$/s,
		);
	});

	test("a target that holds a file is not called failed", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const held = [{ url: "https://files.example/a.mp4", filename: "a.mp4" }];
		bench.airtable.set("Segments", job.targetId, {
			Status: "combined",
			"Voiceover + Video": held,
		});

		await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
		await bench.drain.once();

		expect(bench.airtable.get("Segments", job.targetId).Status).toBe(
			"combined",
		);
		expect(bench.airtable.get("Jobs", job.id).Status).toBe("failed");
	});
});

test("a job of ours without a known operation is closed, and its note says that no target is known", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine", {
		Type: "music",
		"Webhook URL":
			"https://engine.example/webhooks/nca-toolkit?operation=caption",
	});
	const url = bench.spaces.put(`${job.ncaJobId}_captioned.mp4`, 10);

	await post(bench, `job_id=${job.id}`, {
		code: 200,
		job_id: job.ncaJobId,
		response: url,
	});
	await bench.drain.once();

	const fields = bench.airtable.get("Jobs", job.id);
	expect(fields.Status).toBe("completed");
	expect(fields.Notes).toContain("no operation with a target is known");
	expect(
		bench.airtable.get("Segments", job.targetId)["Voiceover + Video"],
	).toBeUndefined();
});
