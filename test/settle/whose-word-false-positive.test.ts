import request from "supertest";
import { describe, expect, test } from "vitest";
import { cloudRunSecondFailure, composeFailure } from "../bodies.ts";
import { makeJob, ncaId, payloadOf, post, succeed, waitOut } from "../jobs.ts";
import { MINUTE, type SetUp } from "../set-up.ts";
import {
	COMPLAINT,
	closeJob,
	completedBy,
	endingOf,
	failedBy,
	finding,
	outcomeOf,
} from "./learn.ts";

/** A job that was closed because its file was there; half of it, as NCA will say. */
const inferred = () => closeJob(completedBy.polling);

async function recoveryOf({ url }: SetUp) {
	return (await request(url).get("/status").expect(200)).body.recovery;
}

describe("a failure that NCA reports beats a completion that polling inferred", () => {
	test("by webhook: the job is failed, with NCA's reason", async () => {
		const { bench, job } = await inferred();
		expect(outcomeOf(bench, job).Status).toBe("completed");

		await failedBy.webhook(bench, job);
		await bench.drain.once();

		expect(outcomeOf(bench, job)).toEqual({
			Status: "failed",
			details: expect.stringContaining(COMPLAINT),
		});
		expect(payloadOf(bench, job.id)).toMatchObject({
			outcome: "failed",
			via: "webhook",
			output_urls: [],
		});
		expect(bench.airtable.get("Jobs", job.id).Notes).toContain(
			"instead of a false positive",
		);
	});

	test("by job/status", async () => {
		const { bench, job } = await inferred();

		await finding(bench, job, "nca_status");
		await bench.drain.once();

		expect(outcomeOf(bench, job)).toEqual({
			Status: "failed",
			details: "as nca_status tells it",
		});
	});

	test("an hour later, and after a webhook has been parked", async () => {
		const { bench, job } = await inferred();
		await post(bench, `job_id=${job.id}`, composeFailure(job.id, ncaId()));
		await waitOut(bench, 60 * MINUTE);

		await failedBy.webhook(bench, job);
		await bench.drain.once();

		expect(outcomeOf(bench, job).Status).toBe("failed");
	});

	test("the target keeps the file that it holds, and what it is called", async () => {
		const { bench, job } = await inferred();
		const before = bench.airtable.get("Segments", job.targetId);

		await failedBy.webhook(bench, job);
		await bench.drain.once();

		expect(bench.airtable.get("Segments", job.targetId)).toEqual(before);
		expect(before).toMatchObject({
			Status: "combined",
			"Voiceover + Video": [{ filename: job.file }],
		});
	});

	test("it is counted, against all that polling has inferred", async () => {
		const { bench, job } = await inferred();
		const others = [makeJob(bench, "combine"), makeJob(bench, "add_music")];
		for (const other of others) await completedBy.polling(bench, other);
		await succeed(bench, makeJob(bench, "combine"));
		await bench.drain.once();
		expect(await recoveryOf(bench)).toMatchObject({ false_positives: 0 });

		await failedBy.webhook(bench, job);
		await bench.drain.once();

		expect(await recoveryOf(bench)).toMatchObject({
			recovered_by_polling: 3,
			false_positives: 1,
			false_positive_rate: 1 / 3,
		});
	});

	test("and stands: a later success does not undo it", async () => {
		const { bench, job } = await inferred();
		await failedBy.webhook(bench, job);
		await bench.drain.once();

		const late = await succeed(bench, job);
		await bench.drain.once();

		expect(await endingOf(bench, late.body.delivery_id)).toEqual({
			state: "done",
			reason: "conflicting",
		});
		expect(outcomeOf(bench, job).Status).toBe("failed");
		expect(await recoveryOf(bench)).toMatchObject({ false_positives: 1 });
	});
});

describe("what polling inferred is not undone by", () => {
	test.each([
		["under another id", (id: string) => composeFailure(id, ncaId())],
		[
			"without any id",
			(id: string) => ({
				code: 500,
				id,
				message: "Job failed with status 500",
			}),
		],
		[
			"that names another run in Cloud Run's way",
			(id: string) => cloudRunSecondFailure(id, ncaId()),
		],
	])("a failure that cannot be believed: %s", async (_how, body) => {
		const { bench, job } = await inferred();
		const before = bench.airtable.get("Jobs", job.id);

		const { body: answer } = await post(
			bench,
			`job_id=${job.id}`,
			body(job.id),
		);
		await waitOut(bench, 6 * MINUTE);

		expect(await endingOf(bench, answer.delivery_id)).toEqual({
			state: "parked",
			reason: "unconfirmed",
		});
		expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
		expect(await recoveryOf(bench)).toMatchObject({ false_positives: 0 });
	});

	test.each(["timeout", "manual"] as const)(
		"a failure that is not NCA's word: %s",
		async (via) => {
			const { bench, job } = await inferred();
			const before = bench.airtable.get("Jobs", job.id);

			await failedBy[via](bench, job);
			await bench.drain.once();

			expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
			expect(await recoveryOf(bench)).toMatchObject({ false_positives: 0 });
		},
	);
});
