import { describe, expect, test } from "vitest";
import {
	composeFailure,
	composeSuccess,
	concatenateSuccess,
} from "../bodies.ts";
import { makeJob, ncaId, payloadOf, post, succeed, waitOut } from "../jobs.ts";
import { HOUR, MINUTE, setUpWithNca } from "../set-up.ts";
import {
	COMPLAINT,
	endingOf,
	failedBy,
	finding,
	oddFile,
	outcomeOf,
	writes,
} from "./learn.ts";

/** A job that was given up: nothing came, and nothing was there. */
async function givenUp() {
	const bench = await setUpWithNca();
	const job = makeJob(bench, "combine", {}, 25 * HOUR);
	const other = makeJob(bench, "combine");
	bench.spaces.put(other.file, 10);
	await bench.poll.round({ all: true, giveUp: true });
	await bench.drain.once();
	const targetStatus = () =>
		bench.airtable.get("Segments", job.targetId).Status;
	return { bench, job, targetStatus };
}

describe("a timeout is provisional", () => {
	test("it is written, with how long nothing came", async () => {
		const { bench, job, targetStatus } = await givenUp();

		expect(outcomeOf(bench, job)).toEqual({
			Status: "failed",
			details: "timed out: nothing showed how it ended within 25 hours",
		});
		expect(payloadOf(bench, job.id).via).toBe("timeout");
		expect(targetStatus()).toBe("combination_failed");
	});

	test("a success takes its place, in the job and in its target", async () => {
		const { bench, job, targetStatus } = await givenUp();

		await succeed(bench, job);
		await bench.drain.once();

		expect(outcomeOf(bench, job)).toEqual({
			Status: "completed",
			details: null,
		});
		expect(payloadOf(bench, job.id)).toMatchObject({
			outcome: "completed",
			via: "webhook",
		});
		expect(bench.airtable.get("Jobs", job.id).Notes).toContain(
			"completed via webhook; instead of a timeout",
		);
		expect(targetStatus()).toBe("combined");
		expect(
			bench.airtable.get("Segments", job.targetId)["Voiceover + Video"],
		).toMatchObject([{ filename: job.file }]);
	});

	test("so it does days later", async () => {
		const { bench, job } = await givenUp();
		bench.clock.advance(72 * HOUR);

		await succeed(bench, job);
		await bench.drain.once();

		expect(outcomeOf(bench, job).Status).toBe("completed");
	});

	test("a failure that NCA reports takes its place, with NCA's reason", async () => {
		const { bench, job, targetStatus } = await givenUp();

		await failedBy.webhook(bench, job);
		await bench.drain.once();

		expect(outcomeOf(bench, job)).toEqual({
			Status: "failed",
			details: expect.stringContaining(COMPLAINT),
		});
		expect(payloadOf(bench, job.id).via).toBe("webhook");
		expect(targetStatus()).toBe("combination_failed");
	});

	test.each([
		["polling", "completed", "combine_output_0.mp4"],
		["nca_status", "completed", "combine_output_0.webm"],
		["nca_status", "failed", undefined],
	] as const)(
		"what %s learns takes its place too: %s",
		async (via, outcome, file) => {
			const { bench, job } = await givenUp();

			await finding(bench, job, via, file?.replace("combine", job.ncaJobId));
			await bench.drain.once();

			expect(outcomeOf(bench, job).Status).toBe(outcome);
			expect(payloadOf(bench, job.id)).toMatchObject({ outcome, via });
		},
	);

	test("what took its place stands", async () => {
		const { bench, job } = await givenUp();
		await failedBy.webhook(bench, job);
		await bench.drain.once();

		const late = await succeed(bench, job);
		await bench.drain.once();

		expect(await endingOf(bench, late.body.delivery_id)).toEqual({
			state: "done",
			reason: "conflicting",
		});
		expect(outcomeOf(bench, job).Status).toBe("failed");
	});
});

describe("a timeout does not give way to", () => {
	test("a success whose file is not there", async () => {
		const { bench, job } = await givenUp();
		const before = bench.airtable.get("Jobs", job.id);

		const url = `${bench.spaces.base}/${job.file}`;
		const body = composeSuccess(job.id, job.ncaJobId, url);
		const { body: answer } = await post(bench, `job_id=${job.id}`, body);
		await waitOut(bench, 6 * MINUTE);

		expect(await endingOf(bench, answer.delivery_id)).toEqual({
			state: "parked",
			reason: "unproven",
		});
		expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
	});

	test.each([
		["unconfirmed", composeFailure],
		["unproven", concatenateSuccess],
	] as const)(
		"what is said of a run that is not its record's: %s",
		async (reason, body) => {
			const { bench, job } = await givenUp();
			const before = bench.airtable.get("Jobs", job.id);
			const stranger = ncaId();

			const url = bench.spaces.put(`${stranger}_output_0.mp4`, 10);
			const { body: answer } = await post(
				bench,
				`job_id=${job.id}`,
				body(job.id, stranger, url),
			);
			await waitOut(bench, 6 * MINUTE);

			expect(await endingOf(bench, answer.delivery_id)).toEqual({
				state: "parked",
				reason,
			});
			expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
		},
	);

	test("another timeout", async () => {
		const { bench, job } = await givenUp();
		const written = writes(bench);

		const again = await finding(bench, job, "timeout");
		await bench.drain.once();

		expect(await endingOf(bench, again)).toEqual({
			state: "done",
			reason: "confirming",
		});
		expect(writes(bench)).toBe(written);
	});
});

test.each(["completed", "failed"] as const)(
	"a timeout that comes behind NCA's own word changes nothing: %s",
	async (outcome) => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		if (outcome === "failed") await failedBy.webhook(bench, job);
		else await finding(bench, job, "nca_status", oddFile(job));
		await bench.drain.once();
		const before = bench.airtable.get("Jobs", job.id);
		const written = writes(bench);

		const late = await finding(bench, job, "timeout");
		await bench.drain.once();

		expect((await endingOf(bench, late))?.state).toBe("done");
		expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
		expect(writes(bench)).toBe(written);
	},
);
