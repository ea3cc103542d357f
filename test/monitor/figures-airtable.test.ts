import { expect, test } from "vitest";
import { makeJob, succeed } from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, START, setUp } from "../set-up.ts";
import { figuresOf } from "./figures-of.ts";

const airtableOf = async (bench: SetUp) => (await figuresOf(bench)).airtable;

test("calls are those of this month, by UTC", async () => {
	const bench = await setUp();
	const counts = new Map([
		["airtable calls 2026-10", 70],
		["airtable calls 2026-11", 5],
		["airtable 200", 75],
	]);
	await bench.ledger.tally(counts, START);

	const november = await airtableOf(bench);
	bench.clock.advance(8 * 24 * HOUR);
	const december = await airtableOf(bench);

	expect(november.calls_this_month).toBe(5);
	expect(december.calls_this_month).toBe(0);
});

test("throttled is how often it said 429", async () => {
	const bench = await setUp();

	await bench.ledger.tally(
		new Map([
			["airtable 429", 3],
			["airtable 503", 4],
		]),
		START,
	);

	expect((await airtableOf(bench)).throttled).toBe(3);
});

test("what waits longest is told in seconds, until it is written", async () => {
	const bench = await setUp();
	await succeed(bench, makeJob(bench, "combine"));
	bench.clock.advance(MINUTE);
	await succeed(bench, makeJob(bench, "combine"));
	bench.clock.advance(MINUTE);

	const waiting = await airtableOf(bench);
	await bench.drain.once();
	const written = await airtableOf(bench);

	expect(waiting.oldest_waiting_seconds).toBe(120);
	expect(written.oldest_waiting_seconds).toBeNull();
});
