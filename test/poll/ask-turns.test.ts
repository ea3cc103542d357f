import { expect, test } from "vitest";
import { makeJob } from "../jobs.ts";
import { HOUR, MINUTE, setUpWithNca } from "../set-up.ts";
import { goOn, makeJobs } from "./rounds.ts";

test("of very many jobs each has its turn to be asked about", async () => {
	const bench = await setUpWithNca();
	for (let nth = 0; nth < 60; nth += 1)
		makeJob(bench, "combine", {}, 70 * MINUTE + nth * 1000);

	await goOn(bench, 3 * HOUR, 2 * MINUTE);

	expect(new Set(bench.nca.asked).size).toBe(60);
});

test("jobs whose file NCA cannot read take nobody's turn", async () => {
	const bench = await setUpWithNca();
	for (const { ncaJobId } of makeJobs(bench, 20, 70 * MINUTE))
		bench.nca.say(ncaJobId, "half-written");
	const job = makeJob(bench, "combine", {}, 80 * MINUTE);

	await goOn(bench, 2 * HOUR);

	expect(bench.nca.asked).toContain(job.ncaJobId);
});

test("a job whose file NCA cannot read is asked about no more often than any other", async () => {
	const bench = await setUpWithNca();
	const job = makeJob(bench, "combine", {}, 72 * HOUR);
	bench.nca.say(job.ncaJobId, "half-written");

	await goOn(bench, 12 * HOUR);

	expect(bench.nca.asked.length).toBeLessThanOrEqual(3);
});
