import { describe, expect, test } from "vitest";
import type { OperationName } from "../../src/operations.ts";
import { operationByName } from "../../src/operations.ts";
import { composeFailure } from "../bodies.ts";
import { claimSuccess, makeJob, post, succeed, waitOut } from "../jobs.ts";
import { MINUTE, setUp, setUpWithNca } from "../set-up.ts";
import { endingOf, finding, outcomeOf, writes } from "./learn.ts";

const OPERATIONS: OperationName[] = [
	"combine",
	"image_zoom",
	"concatenate",
	"add_music",
];

describe("a job that another hand has failed", () => {
	test.each(OPERATIONS)(
		"is completed by a proved success, its target with it: %s",
		async (operation) => {
			const bench = await setUp();
			const job = makeJob(bench, operation, {
				Status: "failed",
				"Error Details": "timed out",
			});
			const row = operationByName(operation);
			if (row.failed)
				bench.airtable.set(row.table, job.targetId, { Status: row.failed });

			await succeed(bench, job);
			await bench.drain.once();

			expect(outcomeOf(bench, job)).toEqual({
				Status: "completed",
				details: null,
			});
			const target = bench.airtable.get(row.table, job.targetId);
			expect(target[row.attachment]).toMatchObject([{ filename: job.file }]);
			expect(target.Status).toBe(row.completed);
			expect(bench.airtable.get("Jobs", job.id).Notes).toContain(
				"instead of another's failure",
			);
		},
	);

	test("is left while the success is not proved", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", { Status: "failed" });

		const { body } = await claimSuccess(bench, job);
		await waitOut(bench, 6 * MINUTE);

		expect(await endingOf(bench, body.delivery_id)).toEqual({
			state: "parked",
			reason: "unproven",
		});
		expect(writes(bench)).toBe(0);
	});

	test("is left at NCA's failure, and keeps the reason that stands there", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", {
			Status: "failed",
			"Error Details": "cancelled by hand",
		});

		const { body } = await post(
			bench,
			`job_id=${job.id}`,
			composeFailure(job.id, job.ncaJobId),
		);
		await bench.drain.once();

		expect(await endingOf(bench, body.delivery_id)).toEqual({
			state: "done",
			reason: "conflicting",
		});
		expect(outcomeOf(bench, job).details).toBe("cancelled by hand");
		expect(writes(bench)).toBe(0);
	});
});

describe("a job that another hand has completed", () => {
	test.each(OPERATIONS)(
		"is confirmed where its target is filled, and nothing is written: %s",
		async (operation) => {
			const bench = await setUp();
			const job = makeJob(bench, operation, { Status: "completed" });
			const { table, attachment } = operationByName(operation);
			bench.airtable.set(table, job.targetId, {
				[attachment]: [
					{ url: "https://files.example/a.mp4", filename: "a.mp4" },
				],
			});

			const { body } = await succeed(bench, job);
			await bench.drain.once();

			expect(await endingOf(bench, body.delivery_id)).toEqual({
				state: "done",
				reason: "confirming",
			});
			expect(writes(bench)).toBe(0);
		},
	);

	test.each(OPERATIONS)(
		"and whose target is empty is left, the success recorded as conflicting: %s",
		async (operation) => {
			const bench = await setUp();
			const job = makeJob(bench, operation, { Status: "completed" });

			const { body } = await succeed(bench, job);
			const seen = await finding(bench, job, "polling", job.file);
			await bench.drain.once();

			for (const id of [body.delivery_id, seen])
				expect(await endingOf(bench, id)).toEqual({
					state: "done",
					reason: "conflicting",
				});
			expect(writes(bench)).toBe(0);
		},
	);

	test("and that has no target is confirmed", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", {
			Status: "completed",
			"Webhook URL":
				"https://engine.example/webhooks/nca-toolkit?operation=caption",
		});

		const { body } = await succeed(bench, job);
		await bench.drain.once();

		expect((await endingOf(bench, body.delivery_id))?.reason).toBe(
			"confirming",
		);
		expect(writes(bench)).toBe(0);
	});

	test.each([true, false])(
		"is left by a failure, which conflicts; by webhook and by job/status (target filled: %s)",
		async (filled) => {
			const bench = await setUpWithNca();
			const job = makeJob(bench, "combine", { Status: "completed" });
			if (filled)
				bench.airtable.set("Segments", job.targetId, {
					"Voiceover + Video": [
						{ url: "https://files.example/a.mp4", filename: "a.mp4" },
					],
				});

			const { body } = await post(
				bench,
				`job_id=${job.id}`,
				composeFailure(job.id, job.ncaJobId),
			);
			const asked = await finding(bench, job, "nca_status");
			await bench.drain.once();

			for (const id of [body.delivery_id, asked])
				expect(await endingOf(bench, id)).toEqual({
					state: "done",
					reason: "conflicting",
				});
			expect(writes(bench)).toBe(0);
		},
	);
});
