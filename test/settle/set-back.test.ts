import { describe, expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { makeJob, ncaId, payloadOf, post, succeed } from "../jobs.ts";
import { MINUTE, setUp, setUpWithNca } from "../set-up.ts";
import {
	closeJob,
	completedBy,
	endingOf,
	failedBy,
	outcomeOf,
	success,
	writes,
} from "./learn.ts";
import { roundAndDrain, setBack } from "./set-back.ts";

const WEBHOOK_SECRET = "a secret that is long enough";

describe("a job that is set back within 15 minutes is closed again, as it was", () => {
	test.each(["webhook", "polling", "nca_status", "manual"] as const)(
		"completed via %s: with its files, which are not attached again",
		async (via) => {
			const { bench, job } = await closeJob(completedBy[via]);
			const closed = payloadOf(bench, job.id);
			const attached = bench.airtable.get("Segments", job.targetId);
			setBack(bench, job);
			bench.clock.advance(14 * MINUTE);

			const report = await roundAndDrain(bench);

			expect(report).toMatchObject({ checked: 1, recovered: 1 });
			expect(outcomeOf(bench, job).Status).toBe("completed");
			expect(payloadOf(bench, job.id)).toEqual({
				...closed,
				settled_at: expect.any(String),
			});
			expect(bench.airtable.get("Segments", job.targetId)).toEqual(attached);
			expect(bench.airtable.get("Jobs", job.id).Notes).toMatch(
				/again, since it had been set back$/,
			);
		},
	);

	test.each(["webhook", "nca_status", "manual", "timeout"] as const)(
		"failed via %s: with its reason, though its file is there now",
		async (via) => {
			const { bench, job } = await closeJob(failedBy[via]);
			const { details } = outcomeOf(bench, job);
			setBack(bench, job);
			bench.airtable.set("Jobs", job.id, { "Error Details": null });
			bench.spaces.put(job.file, 10);
			bench.clock.advance(14 * MINUTE);

			const report = await roundAndDrain(bench);

			expect(report).toMatchObject({ checked: 1, failed: 1 });
			expect(outcomeOf(bench, job)).toEqual({ Status: "failed", details });
			expect(details).not.toBeNull();
			expect(payloadOf(bench, job.id)).toMatchObject({
				outcome: "failed",
				via,
				nca_job_id: job.ncaJobId,
			});
			expect(
				bench.airtable.get("Segments", job.targetId)["Voiceover + Video"],
			).toBeUndefined();
		},
	);

	test("that had no External Job ID when its webhook came", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", {
			"External Job ID": null,
			Status: "pending",
		});
		await succeed(bench, job);
		await bench.drain.once();
		setBack(bench, job);

		await roundAndDrain(bench);

		expect(outcomeOf(bench, job).Status).toBe("completed");
		expect(payloadOf(bench, job.id).via).toBe("webhook");
	});

	test("that Cloud Run has run under an id of its own", async () => {
		const bench = await setUpWithNca({ WEBHOOK_SECRET });
		const job = makeJob(bench, "combine", {
			"External Job ID": null,
			Status: "pending",
		});
		const ncaJobId = ncaId();
		const file = `${ncaJobId}_output_0.mp4`;
		await success(bench, { ...job, ncaJobId, file });
		await bench.drain.once();
		setBack(bench, job);

		await roundAndDrain(bench);

		expect(outcomeOf(bench, job).Status).toBe("completed");
		expect(payloadOf(bench, job.id)).toMatchObject({
			via: "webhook",
			output_urls: [`${bench.spaces.base}/${file}`],
		});
	});

	test("at the next round, whenever its age would be looked at", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", {}, 120 * MINUTE);
		await bench.poll.round();
		await succeed(bench, job);
		await bench.drain.once();
		setBack(bench, job);
		bench.clock.advance(MINUTE);

		await roundAndDrain(bench);

		expect(outcomeOf(bench, job).Status).toBe("completed");
	});

	test("by a webhook that comes before the round", async () => {
		const { bench, job } = await closeJob(completedBy.polling);
		setBack(bench, job);

		await succeed(bench, job);
		await bench.drain.once();

		expect(outcomeOf(bench, job).Status).toBe("completed");
		expect(payloadOf(bench, job.id).via).toBe("polling");
	});

	test("and not by a word against it", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await succeed(bench, job);
		await bench.drain.once();
		setBack(bench, job);
		const written = writes(bench);

		const against = composeFailure(job.id, job.ncaJobId);
		const late = await post(bench, `job_id=${job.id}`, against);
		await bench.drain.once();

		expect(await endingOf(bench, late.body.delivery_id)).toEqual({
			state: "done",
			reason: "conflicting",
		});
		expect(writes(bench)).toBe(written);

		await roundAndDrain(bench);

		expect(outcomeOf(bench, job).Status).toBe("completed");
	});
});
