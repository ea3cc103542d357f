import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { makeJob } from "../jobs.ts";
import { startBucket } from "../probe/bucket.ts";
import { HOUR, MINUTE, setUp } from "../set-up.ts";
import { makeDone, makeJobs, roundOf, statusOf } from "./rounds.ts";

/** HEADs that are asked at once, and faults in a row after which none is. */
const AT_ONCE = 16;
const FAULTS = 10;

test("while Spaces does not answer, a round asks for a few, and tells of the others that it did not", async () => {
	const bench = await setUp();
	makeJobs(bench, 60);
	bench.spaces.fail(503);

	const report = await roundOf(bench);

	expect(report).toMatchObject({ checked: 60, errors: 60 });
	expect(bench.spaces.heads.length).toBeLessThan(FAULTS + AT_ONCE);
	const untold = report.jobs.filter(({ why }) =>
		why.endsWith("Spaces does not answer: not asked in this round"),
	);
	expect(untold).toHaveLength(60 - bench.spaces.heads.length);
});

test("what was not asked for is due in the next round, which asks again", async () => {
	const bench = await setUp();
	const jobs = makeJobs(bench, 60, 90 * MINUTE);
	for (const { file } of jobs) bench.spaces.put(file, 10);
	bench.spaces.fail(503);
	await roundOf(bench);
	const asked = new Set(bench.spaces.heads);
	bench.spaces.fail(null);

	const next = await roundOf(bench);

	expect(next.recovered).toBe(60 - asked.size);
	const isClosed = jobs.map((job) => statusOf(bench, job) === "completed");
	expect(isClosed).toEqual(jobs.map(({ file }) => !asked.has(file)));
});

test("nothing is given up for what Spaces was not asked", async () => {
	const bench = await setUp();
	makeDone(bench);
	await roundOf(bench);
	const jobs = makeJobs(bench, 60, 30 * HOUR);
	bench.spaces.fail(503);

	const report = await roundOf(bench, { all: true, giveUp: true });

	expect(report).toMatchObject({ failed: 0, errors: 60 });
	for (const job of jobs) expect(statusOf(bench, job)).toBe("processing");
});

test("what is found is in the inbox before the last has been looked for", async () => {
	let lastCame = () => {};
	const bucket = await startBucket((res, { url = "" }) => {
		const found = () => res.writeHead(200, { "Content-Length": "7" }).end();
		if (!url.includes(last.ncaJobId)) return void found();
		// It answers once the other's finding is there: never, where that waits for it.
		lastCame = () => void found();
		void firstFinding().then(() => lastCame());
	});
	const bench = await setUp({ SPACES_BASE_URL: bucket.object("").url });
	const firstFinding = async () => {
		while ((await bench.inbox.list({ limit: 1 })).length === 0)
			await setImmediate();
	};
	makeJob(bench, "combine", {}, 10 * MINUTE);
	const last = makeJob(bench, "combine", {}, 20 * MINUTE);

	const report = await bench.poll.round();

	expect(report.recovered).toBe(2);
});
