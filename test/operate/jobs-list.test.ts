import request from "supertest";
import { describe, expect, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { makeJob, post, succeed } from "../jobs.ts";
import { MINUTE, setUp } from "../set-up.ts";
import { closeOne } from "../settle/read-backs.ts";

const ELSEWHERE = "https://files.example/a.mp4";

async function list(bench: { url: string }, query = "") {
	const { body } = await request(bench.url).get(`/debug/jobs${query}`);
	return body as {
		items: Record<string, unknown>[];
		next: string | null;
	};
}

async function one({ url }: { url: string }, id: string) {
	const { body } = await request(url).get(`/debug/jobs/${id}`);
	return body as Record<string, unknown>;
}

describe("jobs are listed with where they stand, and why", () => {
	test("a stuck one", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await bench.poll.round();
		bench.clock.advance(3 * MINUTE);

		const { items, next } = await list(bench);

		expect(next).toBeNull();
		expect(items).toEqual([
			{
				job_id: job.id,
				nca_job_id: job.ncaJobId,
				state: "stuck",
				why: `rounds find it in processing, first 3 minutes ago; the last look: ${job.file}: HEAD 403`,
				operation: "combine",
				target_id: job.targetId,
				created_at: "2026-11-23T11:53:00.000Z",
				age: "10 minutes ago",
				first_seen_at: "2026-11-23T12:00:00.000Z",
				first_seen_age: "3 minutes ago",
				stuck_since: "2026-11-23T12:00:00.000Z",
				stuck_age: "3 minutes ago",
				checked_at: "2026-11-23T12:00:00.000Z",
				checked_age: "3 minutes ago",
				nca_said: null,
				outcome: null,
				via: null,
				settled_at: null,
				settled_age: null,
			},
		]);
	});

	test("by state, newest made first, page by page", async () => {
		const bench = await setUp();
		const old = makeJob(bench, "combine", {}, 20 * MINUTE);
		const young = makeJob(bench, "combine", {}, 8 * MINUTE);
		await bench.poll.round();
		const closed = await closeOne(bench, "concatenate");

		const stuck = await list(bench, "?state=stuck&limit=1");
		const more = await list(bench, `?state=stuck&limit=1&before=${stuck.next}`);
		const completed = await list(bench, "?state=completed");

		expect(stuck.items).toMatchObject([{ job_id: young.id }]);
		expect(more.items).toMatchObject([{ job_id: old.id }]);
		expect(completed.items).toMatchObject([
			{ job_id: closed.id, via: "webhook", why: "completed via webhook, now" },
		]);
	});

	test("a state that there is not is named", async () => {
		const { url } = await setUp();

		const answer = await request(url).get("/debug/jobs?state=lost");

		expect(answer.status).toBe(400);
		expect(answer.body.error).toMatch(/^state: .*"stuck"/);
	});
});

test("a filter of jobs that there is not is named, and not left out", async () => {
	const { url } = await setUp();

	const answer = await request(url).get("/debug/jobs?status=stuck");

	expect(answer.status).toBe(400);
	expect(answer.body.error).toContain('"status"');
});

describe("one job is told with where it stands, and why", () => {
	test("why it failed", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await post(bench, `job_id=${job.id}`, {
			code: 500,
			job_id: job.ncaJobId,
			message: "no such font",
		});
		await bench.drain.once();
		bench.clock.advance(5 * MINUTE);

		expect(await one(bench, job.ncaJobId)).toMatchObject({
			job_id: job.id,
			state: "failed",
			why: "failed via webhook, 5 minutes ago: no such font",
		});
	});

	test("what of it is parked", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await bench.poll.round();
		const body = composeSuccess(job.id, job.ncaJobId, ELSEWHERE);
		await post(bench, `job_id=${job.id}`, body);

		const { state, why } = await one(bench, job.id);

		expect(state).toBe("stuck");
		expect(why).toMatch(/; a webhook of it is parked: foreign file$/);
	});

	test("that its webhook is announced", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await request(bench.url)
			.post("/jobs/expected")
			.send({ job_id: job.id, operation: "combine" });

		expect(await one(bench, job.id)).toMatchObject({
			state: "expected",
			why: "its webhook is announced, and is not here",
		});
	});

	test("that no record of it was seen", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await succeed(bench, job);

		expect(await one(bench, job.id)).toMatchObject({
			job_id: job.id,
			state: null,
			why: "no record of it was seen",
		});
	});
});
