import { expect, test } from "vitest";
import { proveFiles } from "../../src/settle/prove.ts";
import { makeJob, succeed } from "../jobs.ts";
import { MINUTE, type SetUp, START, setUp } from "../set-up.ts";

async function foundByRound(bench: SetUp) {
	const job = makeJob(bench, "combine");
	bench.spaces.put(job.file, 10);
	await bench.poll.round();
	return job;
}

const statusOf = (bench: SetUp, id: string) =>
	bench.airtable.get("Jobs", id).Status;

test("a file that a round has just seen is not asked for again", async () => {
	const bench = await setUp();
	const job = await foundByRound(bench);

	await bench.drain.once();

	expect(statusOf(bench, job.id)).toBe("completed");
	expect(bench.spaces.heads).toEqual([job.file]);
});

test("nor for the job's webhook that comes in between", async () => {
	const bench = await setUp();
	const job = await foundByRound(bench);
	await succeed(bench, job);

	await bench.drain.once();

	expect(bench.spaces.heads).toEqual([job.file]);
});

test("a file that was seen eleven minutes ago is asked for again", async () => {
	const bench = await setUp();
	const job = await foundByRound(bench);
	bench.clock.advance(11 * MINUTE);

	await bench.drain.once();

	expect(statusOf(bench, job.id)).toBe("completed");
	expect(bench.spaces.heads).toEqual([job.file, job.file]);
});

test("what was seen in the future, before the clock was set back, is asked for again", async () => {
	const object = { name: "a.mp4", url: "https://files.example/a.mp4" };
	const asked: string[] = [];

	await proveFiles(
		{
			head: async (one) => {
				asked.push(one.name);
				return { kind: "found", object: one, size: 10 };
			},
			memory: { seenFile: async () => ({ size: 10, at: START + 1 }) },
			now: () => START,
		},
		[object],
	);

	expect(asked).toEqual(["a.mp4"]);
});

test("a file that was not there is asked for again when its delivery is due", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await succeed(bench, job);
	bench.spaces.fail(404);
	await bench.drain.once();
	bench.spaces.fail(null);
	await bench.drain.once();
	expect(bench.spaces.heads).toHaveLength(1);

	bench.clock.advance(MINUTE);
	await bench.drain.once();

	expect(bench.spaces.heads).toHaveLength(2);
	expect(statusOf(bench, job.id)).toBe("completed");
});

test("while Spaces does not answer, a batch asks for a few, and parks none", async () => {
	const bench = await setUp();
	const jobs = Array.from({ length: 60 }, () => makeJob(bench, "combine"));
	for (const job of jobs) await succeed(bench, job);
	bench.spaces.fail(503);

	await bench.drain.once();
	bench.clock.advance(10 * MINUTE);
	const asked = bench.spaces.heads.length;
	await bench.drain.once();

	expect(asked).toBeLessThan(26);
	expect(await bench.inbox.list({ state: "retry", limit: 100 })).toHaveLength(
		60,
	);
});
