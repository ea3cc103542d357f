import { describe, expect, test } from "vitest";
import { makeJob, payloadOf, waitOut } from "../jobs.ts";
import { HOUR, MINUTE, setUpWithNca } from "../set-up.ts";
import {
	closeJob,
	completedBy,
	endingOf,
	failedBy,
	failure,
	outcomeOf,
	success,
	writes,
} from "./learn.ts";
import { loseLedger } from "./lost.ts";

describe("of a job that was closed before the ledger was lost", () => {
	test.each(["webhook", "polling", "nca_status", "manual"] as const)(
		"a late webhook confirms, and writes nothing: completed via %s",
		async (via) => {
			const { bench: before, job } = await closeJob(completedBy[via]);
			const written = writes(before);

			const bench = await loseLedger(before);
			const late = await success(bench, job);
			await bench.drain.once();

			expect(await endingOf(bench, late)).toEqual({
				state: "done",
				reason: "confirming",
			});
			expect(writes(bench)).toBe(written);
		},
	);

	test.each(["webhook", "nca_status", "manual"] as const)(
		"a late webhook confirms, and writes nothing: failed via %s",
		async (via) => {
			const { bench: before, job } = await closeJob(failedBy[via]);
			const written = writes(before);

			const bench = await loseLedger(before);
			const late = await failure(bench, job);
			await bench.drain.once();

			expect(await endingOf(bench, late)).toEqual({
				state: "done",
				reason: "confirming",
			});
			expect(writes(bench)).toBe(written);
		},
	);

	test.each([
		["completed", completedBy.webhook, failure],
		["completed", completedBy.nca_status, failure],
		["failed", failedBy.webhook, success],
		["failed", failedBy.nca_status, success],
	] as const)(
		"a webhook that says otherwise does not overwrite it: %s",
		async (outcome, close, late) => {
			const { bench: before, job } = await closeJob(close);
			const written = writes(before);

			const bench = await loseLedger(before);
			const id = await late(bench, job);
			await bench.drain.once();

			expect(await endingOf(bench, id)).toEqual({
				state: "done",
				reason: "conflicting",
			});
			expect(outcomeOf(bench, job).Status).toBe(outcome);
			expect(writes(bench)).toBe(written);
		},
	);

	test("NCA's failure still beats what polling had inferred", async () => {
		const { bench: before, job } = await closeJob(completedBy.polling);

		const bench = await loseLedger(before);
		const late = await failure(bench, job);
		await bench.drain.once();

		expect(await endingOf(bench, late)).toEqual({
			state: "done",
			reason: "failed instead of a false positive",
		});
		expect(outcomeOf(bench, job).Status).toBe("failed");
	});

	test.each([
		["completed", success, null],
		["failed", failure, "no space left"],
	] as const)(
		"a timeout is provisional still: %s takes its place",
		async (outcome, late, details) => {
			const { bench: before, job } = await closeJob(failedBy.timeout);
			before.clock.advance(48 * HOUR);

			const bench = await loseLedger(before);
			await late(bench, job);
			await bench.drain.once();

			expect(outcomeOf(bench, job)).toEqual({ Status: outcome, details });
			expect(payloadOf(bench, job.id).via).toBe("webhook");
		},
	);
});

test("a file that Airtable has dropped meanwhile is attached again when a late webhook comes", async () => {
	const before = await setUpWithNca();
	const job = makeJob(before, "combine");
	await success(before, job, 1);
	await before.drain.once();
	before.airtable.drop(1);
	await before.airtable.fetchAttachments();

	const bench = await loseLedger(before);
	await success(bench, job, 2);
	await waitOut(bench, MINUTE);
	await bench.airtable.fetchAttachments();

	expect(
		bench.airtable.get("Segments", job.targetId)["Voiceover + Video"],
	).toMatchObject([{ filename: job.file, size: 10 }]);
});

test("what the engine itself has written as a response is not taken for a close of ours", async () => {
	const before = await setUpWithNca();
	const job = makeJob(before, "combine", {
		Status: "failed",
		"Response Payload": JSON.stringify({ outcome: "failed", via: "engine" }),
	});

	const bench = await loseLedger(before);
	await success(bench, job);
	await bench.drain.once();

	expect(outcomeOf(bench, job).Status).toBe("completed");
});
