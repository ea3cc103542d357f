import { expect, test } from "vitest";
import { closesOf } from "../../src/monitor/rates.ts";
import { makeJob } from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, setUp } from "../set-up.ts";
import { closeOne } from "../settle/read-backs.ts";
import { changesOf, figuresOf } from "./figures-of.ts";

/** A job of that age whose file the poller finds. */
async function recoverOne(bench: SetUp, ageMs = 7 * MINUTE) {
	const job = makeJob(bench, "combine", {}, ageMs);
	bench.spaces.put(job.file, 10);
	await bench.poll.round({ all: true });
	await bench.drain.once();
	return job;
}

test("a recovery took from the job's creation to its close", async () => {
	const bench = await setUp();
	await recoverOne(bench, 10 * MINUTE);

	const changes = await changesOf(bench, "recovery", () =>
		recoverOne(bench, 20 * MINUTE),
	);

	expect(changes).toEqual({
		recovered_by_polling: 2,
		average_recovery_seconds: expect.closeTo(15 * 60, 1),
	});
});

test("a webhook's close is no recovery", async () => {
	const bench = await setUp();
	await recoverOne(bench);

	const changes = await changesOf(bench, "recovery", () => closeOne(bench));

	expect(changes).toEqual({ webhook_loss_rate: 0.5, late_webhooks: 1 });
});

test("a job that is closed again, having been set back, does not count in the averages", async () => {
	const bench = await setUp();
	const job = await recoverOne(bench);
	const before = await figuresOf(bench);
	bench.airtable.set("Jobs", job.id, { Status: "processing" });
	bench.clock.advance(5 * MINUTE);
	await bench.poll.round({ all: true });
	await bench.drain.once();
	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");

	const after = await figuresOf(bench);

	expect(after.recovery).toEqual(before.recovery);
	expect(after.jobs.average_processing_seconds).toBeCloseTo(7 * 60, 1);
});

test("the closes of a time are those of the jobs that were closed in it", async () => {
	const bench = await setUp();
	for (let nth = 0; nth < 3; nth += 1) await closeOne(bench);
	bench.clock.advance(2 * HOUR);
	await recoverOne(bench);
	const since = bench.clock.now() - HOUR;

	const ever = closesOf(await bench.ledger.tallies());
	const lately = closesOf(await bench.ledger.tallies(since));

	expect([ever, lately]).toEqual([
		{ recovered: 1, delivered: 3 },
		{ recovered: 1, delivered: 0 },
	]);
});
