import request from "supertest";
import { expect, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { makeJob, post, succeed } from "../jobs.ts";
import { setUp } from "../set-up.ts";
import {
	closeOne,
	happened,
	type TimelineItem,
	timelineOf,
} from "../settle/read-backs.ts";

test.each(["id", "ncaJobId"] as const)(
	"it is found by the job's %s",
	async (name) => {
		const bench = await setUp();
		const job = await closeOne(bench);

		const { body } = await request(bench.url).get(`/debug/jobs/${job[name]}`);

		expect(body.job_id).toBe(job.id);
		expect(body.timeline.map(({ what }: TimelineItem) => what)).toContain(
			"settled",
		);
	},
);

test("one job's story is not another's", async () => {
	const bench = await setUp();
	const [job, other] = [makeJob(bench, "combine"), makeJob(bench, "combine")];
	await succeed(bench, other);
	await bench.drain.once();
	await bench.poll.round();

	expect(await happened(bench, job)).toEqual([
		"webhook expected",
		"seen",
		"looked",
	]);
});

test.each([
	["a record that is not there", "recZZZZZZZZZZZZZZ"],
	["a run that no record bears", "00000000-0000-4000-8000-000000000000"],
	["what is no id", "1"],
])("of what nothing is known nothing is told: %s", async (_what, id) => {
	const bench = await setUp();
	await closeOne(bench);

	const answer = await request(bench.url).get(`/debug/jobs/${id}`);

	expect(answer.status).toBe(404);
	expect(Object.keys(answer.body)).toEqual(["error"]);
});

test.each([
	["NCA's id", ""],
	["its record", "job_id="],
])(
	"a webhook that named the job by %s alone is told by either id",
	async (_by, query) => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const url = bench.spaces.put(job.file, 10);
		const { job_id, ...body } = composeSuccess(null, job.ncaJobId, url);
		await bench.poll.round({ olderThanMs: 0 });
		await post(
			bench,
			query && `${query}${job.id}`,
			query ? body : { job_id, ...body },
		);

		for (const id of [job.id, job.ncaJobId]) {
			const told = await timelineOf(bench, id);
			expect(told.map(({ what }) => what)).toContain("webhook");
		}
	},
);
