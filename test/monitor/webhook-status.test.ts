import { describe, expect, test } from "vitest";
import { makeJob, post, succeed } from "../jobs.ts";
import { buryNext } from "../operate/by-hand.ts";
import { HOUR, MINUTE, type SetUp, setUp } from "../set-up.ts";
import { closeOne } from "../settle/read-backs.ts";
import { figuresOf } from "./figures-of.ts";

const SILENT = "WARNING: No webhooks in last hour";

const statusOf = async (bench: SetUp) =>
	(await figuresOf(bench)).webhooks.status;

/** So many that ended done, and then so many that did not. */
async function came(bench: SetUp, done: number, buried: number) {
	for (let nth = 0; nth < done; nth += 1) await closeOne(bench);
	for (let nth = 0; nth < buried; nth += 1) {
		await succeed(bench, makeJob(bench, "combine"));
		await buryNext(bench);
	}
}

/** A webhook, and much later a round that finds a job whose webhook should have come by then. */
async function silentAfterOne(env: Record<string, string> = {}) {
	const bench = await setUp(env);
	await closeOne(bench);
	bench.clock.advance(2 * HOUR);
	makeJob(bench, "combine", {}, -2 * HOUR + 10 * MINUTE);
	await bench.poll.round();
	return bench;
}

test("before any webhook, it says that there was none", async () => {
	const bench = await setUp();
	await post(bench, "", { test: true });

	expect(await statusOf(bench)).toBe("No webhooks received");
});

describe("silence", () => {
	test("is warned of where a webhook was expected within the hour", async () => {
		const bench = await silentAfterOne();

		expect(await statusOf(bench)).toBe(SILENT);
	});

	test("is nothing where none was expected", async () => {
		const bench = await setUp();
		await closeOne(bench);

		bench.clock.advance(20 * HOUR);

		expect(await statusOf(bench)).toBe("Healthy");
	});

	test("is none where one has come within the hour, whichever is missing", async () => {
		const bench = await silentAfterOne();

		await post(bench, "", []);

		expect(await statusOf(bench)).toBe("Healthy");
	});

	test("is nothing where what was expected may still come in time", async () => {
		const bench = await setUp();
		await closeOne(bench);
		bench.clock.advance(2 * HOUR);
		makeJob(bench, "combine", {}, -2 * HOUR + 4 * MINUTE);

		await bench.poll.round({ olderThanMs: 0 });

		expect(await statusOf(bench)).toBe("Healthy");
	});
});

describe("the success rate of 24 hours", () => {
	test.each([
		[9, 1, "Healthy"],
		[8, 1, "WARNING: Success rate 88.8%"],
		[17, 3, "WARNING: Success rate 85.0%"],
		[0, 1, "WARNING: Success rate 0.0%"],
	])("of %i done and %i buried: %s", async (done, buried, status) => {
		const bench = await setUp();

		await came(bench, done, buried);

		expect(await statusOf(bench)).toBe(status);
	});

	test("what is not JSON counts against it", async () => {
		const bench = await setUp();
		await came(bench, 4, 0);

		await post(bench, "", "not json");

		expect(await statusOf(bench)).toBe("WARNING: Success rate 80.0%");
	});

	test("what is a day old counts no more", async () => {
		const bench = await setUp();
		await came(bench, 1, 1);

		bench.clock.advance(24 * HOUR + MINUTE);

		expect(await statusOf(bench)).toBe("Healthy");
		expect((await figuresOf(bench)).webhooks.success_rate).toBe(0.5);
	});
});

test("without monitoring no warning is said, and the figures stay", async () => {
	const off = { ENABLE_WEBHOOK_MONITORING: "false" };
	const silent = await silentAfterOne(off);
	await came(silent, 0, 1);

	const { webhooks } = await figuresOf(silent);

	expect(webhooks).toMatchObject({ status: "Healthy", success_rate: 0.5 });
});
