import request from "supertest";
import { describe, expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { makeJob, payloadOf, post, succeed } from "../jobs.ts";
import { HOUR, setUp } from "../set-up.ts";
import { closeOne } from "../settle/read-backs.ts";
import {
	jobOf,
	reopenNow,
	replay,
	replayAll,
	settle,
	targetOf,
} from "./by-hand.ts";

const FIELD = "Voiceover + Video";

describe("a reopened job is waited for anew", () => {
	test("and closed by what the poller finds", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		await reopenNow(bench, job);

		const report = await bench.poll.round();
		await bench.drain.once();

		expect(report).toMatchObject({ checked: 1, recovered: 1 });
		expect(jobOf(bench, job).Status).toBe("completed");
		expect(targetOf(bench, job)).toMatchObject({
			Status: "combined",
			[FIELD]: [{ filename: job.file }],
		});
	});

	test("or by another outcome than before", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		await reopenNow(bench, job);

		await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
		await bench.drain.once();

		expect(jobOf(bench, job).Status).toBe("failed");
	});

	test("and closed by its webhook, taken again", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const { body } = await succeed(bench, job);
		await bench.drain.once();
		await reopenNow(bench, job);

		const repeat = await succeed(bench, job);
		await replay(bench, body.delivery_id).expect(202);
		await bench.drain.once();

		expect(repeat.body.status).toBe("duplicate");
		expect(jobOf(bench, job).Status).toBe("completed");
		expect(payloadOf(bench, job.id).via).toBe("webhook");
	});

	test("its time until it is given up begins again", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await closeOne(bench);
		await bench.poll.round({ all: true });
		bench.clock.advance(23 * HOUR);
		await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
		await bench.drain.once();
		await reopenNow(bench, job);
		const round = async (hours: number) => {
			bench.clock.advance(hours * HOUR);
			await bench.poll.round({ all: true });
			await bench.drain.once();
			return jobOf(bench, job).Status;
		};

		const early = [await round(2), await round(21)];
		const late = await round(2);

		expect(early).toEqual(["processing", "processing"]);
		expect(late).toBe("failed");
		expect(payloadOf(bench, job.id).via).toBe("timeout");
	});
});

test("what a person said before a job was reopened is not said again by a replay of those hours", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await settle(bench, job.id, { outcome: "failed", reason: "no music" });
	await bench.drain.once();
	const [said] = await bench.inbox.list({ limit: 1 });
	await reopenNow(bench, job);

	const all = await replayAll(bench, { since: "2h" });
	const one = await replay(bench, String(said?.id));
	const shown = await request(bench.url).get(`/debug/webhooks/${said?.id}`);
	await bench.drain.once();

	expect(all.body).toEqual({ status: "accepted", replayed: 0 });
	expect(one.status).toBe(409);
	expect(one.body.error).toContain("a person said");
	expect(shown.body).not.toHaveProperty("curl");
	expect(jobOf(bench, job).Status).toBe("processing");
});
