import { expect, test } from "vitest";
import { makeJob } from "../jobs.ts";
import { HOUR, MINUTE, setUp } from "../set-up.ts";
import { goOn, makeDone, roundOf, statusOf } from "./rounds.ts";

const TWO_HOURS = { MAX_POLLING_AGE_HOURS: "2" };

/** A job in processing without a file, looked for during a quarter of an hour. */
async function begin() {
	const bench = await setUp(TWO_HOURS);
	makeDone(bench);
	const job = makeJob(bench, "combine");
	await goOn(bench, 15 * MINUTE, 5 * MINUTE);
	return { bench, job };
}

test("a clock that is set forward by a day fails no job as timed out", async () => {
	const { bench, job } = await begin();

	bench.clock.step(25 * HOUR);
	const failed = await goOn(bench, 2 * HOUR);

	expect(failed).toBe(0);
	expect(statusOf(bench, job)).toBe("processing");
	expect(bench.said("clock was stepped")).toMatchObject([
		{ seconds: 25 * 3600 },
	]);
});

test("after MAX_POLLING_AGE_HOURS by the new clock it is failed all the same", async () => {
	const { bench, job } = await begin();
	bench.clock.step(HOUR);
	await roundOf(bench);

	bench.clock.advance(2 * HOUR);
	await roundOf(bench);

	expect(statusOf(bench, job)).toBe("failed");
});

test("a clock that is set forward and back again fails none before its time", async () => {
	const { bench, job } = await begin();

	bench.clock.step(25 * HOUR);
	const wrong = await goOn(bench, HOUR);
	bench.clock.step(-25 * HOUR);
	const right = await goOn(bench, HOUR);
	bench.clock.advance(HOUR);
	await roundOf(bench);

	expect([wrong, right]).toEqual([0, 0]);
	expect(statusOf(bench, job)).toBe("failed");
});

test("what a clock is put right by, a few seconds each time, changes nothing", async () => {
	const { bench, job } = await begin();

	for (let nth = 0; nth < 8; nth += 1) {
		bench.clock.step(nth % 2 ? 20_000 : -20_000);
		await goOn(bench, 15 * MINUTE);
	}
	await roundOf(bench);

	expect(bench.said("clock was stepped")).toEqual([]);
	expect(statusOf(bench, job)).toBe("failed");
});
