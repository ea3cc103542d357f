import { expect, test } from "vitest";
import { MINUTE, START, setUp } from "../set-up.ts";
import { makeJobs, roundOf } from "./rounds.ts";

/** How many runs are known to have been in processing since the start. */
const stuckSinceStart = ({ ledger }: Awaited<ReturnType<typeof setUp>>) =>
	ledger.stuckCount(START);

test("jobs of every page of a listing are known to be in processing still", async () => {
	const bench = await setUp();
	makeJobs(bench, 250);
	await roundOf(bench);

	bench.clock.advance(2 * MINUTE);
	const report = await roundOf(bench);

	expect(report.checked).toBe(250);
	expect(await stuckSinceStart(bench)).toBe(250);
});

test("a listing that breaks off halfway takes no job for ended", async () => {
	const bench = await setUp();
	makeJobs(bench, 250);
	await roundOf(bench);
	let lists = 0;
	bench.airtable.fault((_req, res, next) => {
		lists += 1;
		if (lists === 1) next();
		else res.status(503).end();
	});

	bench.clock.advance(2 * MINUTE);
	await expect(bench.poll.round()).rejects.toMatchObject({ status: 503 });

	expect(await stuckSinceStart(bench)).toBe(250);
});

test("a whole listing takes those for ended that it does not find", async () => {
	const bench = await setUp();
	const [first] = makeJobs(bench, 150);
	await roundOf(bench);
	bench.airtable.set("Jobs", first?.id ?? "", { Status: "completed" });

	bench.clock.advance(2 * MINUTE);
	await roundOf(bench);

	expect(await stuckSinceStart(bench)).toBe(149);
});
