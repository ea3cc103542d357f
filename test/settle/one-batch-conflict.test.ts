import request from "supertest";
import { describe, expect, test } from "vitest";
import { makeJob, payloadOf } from "../jobs.ts";
import { type SetUp, setUp } from "../set-up.ts";
import {
	endingOf,
	failure,
	finding,
	oddFile,
	outcomeOf,
	success,
	writes,
} from "./learn.ts";

/** The first look, and the one that follows for what must wait for it. */
async function drainTwice({ drain, clock }: SetUp) {
	await drain.once();
	clock.advance(10_000);
	await drain.once();
}

const reasonOf = async (bench: SetUp, id: string) =>
	(await endingOf(bench, id))?.reason;

async function falsePositives({ url }: SetUp) {
	const { body } = await request(url).get("/status").expect(200);
	return body.recovery.false_positives;
}

describe("of deliveries of one job that differ, in one batch, the rules say which stands, be it a moment later", () => {
	test("a success before a failure", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const first = await success(bench, job);
		const second = await failure(bench, job);

		await drainTwice(bench);

		expect(await reasonOf(bench, first)).toBe("completed");
		expect(await reasonOf(bench, second)).toBe("conflicting");
		expect(outcomeOf(bench, job)).toEqual({
			Status: "completed",
			details: null,
		});
	});

	test("a failure before a success", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const first = await failure(bench, job);
		const second = await success(bench, job);

		await drainTwice(bench);

		expect(await reasonOf(bench, first)).toBe("failed");
		expect(await reasonOf(bench, second)).toBe("conflicting");
		expect(outcomeOf(bench, job)).toEqual({
			Status: "failed",
			details: "no space left",
		});
		const target = bench.airtable.get("Segments", job.targetId);
		expect(target).toEqual({ Status: "combination_failed" });
	});

	test("what polling inferred, and NCA's failure: it has failed", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const first = await finding(bench, job, "polling", job.file);
		const second = await failure(bench, job);

		await drainTwice(bench);

		for (const id of [first, second])
			expect((await endingOf(bench, id))?.state).toBe("done");
		expect(outcomeOf(bench, job)).toEqual({
			Status: "failed",
			details: "no space left",
		});
		expect(payloadOf(bench, job.id)).toMatchObject({
			outcome: "failed",
			via: "webhook",
		});
	});

	test("NCA's failure, and what polling inferred: there was none", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await failure(bench, job);
		const second = await finding(bench, job, "polling", job.file);

		await drainTwice(bench);

		expect(await reasonOf(bench, second)).toBe("conflicting");
		expect(outcomeOf(bench, job).Status).toBe("failed");
		expect(await falsePositives(bench)).toBe(0);
		expect(
			bench.airtable.get("Segments", job.targetId)["Voiceover + Video"],
		).toBeUndefined();
	});

	test("a timeout before a success", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await finding(bench, job, "timeout");
		await success(bench, job);

		await drainTwice(bench);

		expect(outcomeOf(bench, job)).toEqual({
			Status: "completed",
			details: null,
		});
		expect(payloadOf(bench, job.id).via).toBe("webhook");
		expect(bench.airtable.get("Segments", job.targetId).Status).toBe(
			"combined",
		);
	});

	test("a timeout before NCA's failure, which is not the same for all that", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await finding(bench, job, "timeout");
		await failure(bench, job);

		await drainTwice(bench);

		expect(outcomeOf(bench, job).details).toBe("no space left");
		expect(payloadOf(bench, job.id).via).toBe("webhook");
	});

	test.each([
		["success", success, { Status: "completed", details: null }],
		["failure", failure, { Status: "failed", details: "no space left" }],
	] as const)(
		"a timeout, where NCA's word is at hand, is never written: %s",
		async (_what, word, outcome) => {
			const bench = await setUp();
			const job = makeJob(bench, "combine");
			await finding(bench, job, "timeout");
			await word(bench, job);

			await bench.drain.once();

			expect(outcomeOf(bench, job)).toEqual(outcome);
			expect(writes(bench)).toBe(2);
			expect(bench.airtable.get("Jobs", job.id).Notes).not.toContain("timeout");
		},
	);

	test.each([
		["success", success, { Status: "completed", details: null }],
		["failure", failure, { Status: "failed", details: "no space left" }],
	] as const)(
		"what NCA says before a timeout: %s",
		async (_what, word, outcome) => {
			const bench = await setUp();
			const job = makeJob(bench, "combine");
			await word(bench, job);
			const second = await finding(bench, job, "timeout");

			await drainTwice(bench);

			expect((await endingOf(bench, second))?.state).toBe("done");
			expect(payloadOf(bench, job.id).via).toBe("webhook");
			expect(outcomeOf(bench, job)).toEqual(outcome);
		},
	);

	test("NCA's word against its webhook's: the first outcome wins", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await failure(bench, job);
		const second = await finding(bench, job, "nca_status", oddFile(job));

		await drainTwice(bench);

		expect(await reasonOf(bench, second)).toBe("conflicting");
		expect(outcomeOf(bench, job).Status).toBe("failed");
	});
});
