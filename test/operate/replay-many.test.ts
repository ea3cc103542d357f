import { describe, expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import {
	makeJob,
	ncaId,
	payloadOf,
	post,
	succeed,
	type TestJob,
} from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, setUp } from "../set-up.ts";
import { closeOne, readBack } from "../settle/read-backs.ts";
import { buryNext, endings, newWrites, reopen, replayAll } from "./by-hand.ts";

/** Four jobs, whose webhooks came a minute apart from 12:00 on and were buried. */
async function buryFour() {
	const bench = await setUp();
	const jobs: TestJob[] = [];
	for (let nth = 0; nth < 4; nth += 1) {
		const job = makeJob(bench, "combine");
		await succeed(bench, job);
		await buryNext(bench);
		jobs.push(job);
		bench.clock.advance(MINUTE);
	}
	return { bench, jobs };
}

const statesOf = async (bench: SetUp) =>
	(await endings(bench)).map(([state]) => state);

test.each([
	["15m", undefined, [0, 1, 2, 3]],
	["2026-11-23T12:00:00Z", undefined, [0, 1, 2, 3]],
	["2026-11-23T12:00:00.001Z", undefined, [1, 2, 3]],
	["2m", undefined, [2, 3]],
	["15m", "2m", [0, 1]],
	["2026-11-23T12:01:00Z", "2026-11-23T12:03:00Z", [1, 2]],
	["2026-11-23T12:03:00Z", "2026-11-23T12:01:00Z", []],
])("what came from %s until %s is taken again", async (since, until, taken) => {
	const { bench } = await buryFour();

	const answer = await replayAll(bench, { since, until });
	await bench.drain.once();

	expect(answer.status).toBe(202);
	expect(answer.body).toEqual({ status: "accepted", replayed: taken.length });
	expect(await statesOf(bench)).toEqual(
		[0, 1, 2, 3].map((nth) => (taken.includes(nth) ? "done" : "buried")),
	);
});

test("of a status alone, where one is named", async () => {
	const { bench, jobs } = await buryFour();
	const [first] = jobs as [TestJob];
	await post(bench, `job_id=${first.id}`, "[]");

	const answer = await replayAll(bench, { since: "1h", status: "parked" });
	await bench.drain.once();

	expect(answer.body.replayed).toBe(1);
	expect(await statesOf(bench)).toEqual([...Array(4).fill("buried"), "parked"]);
});

test("of every status but those that were never believed", async () => {
	const bench = await setUp();
	await succeed(bench, makeJob(bench, "combine"));
	await bench.drain.once();
	await post(bench, "", "{ not JSON").expect(400);
	await post(bench, "", { test: true }).expect(200);

	await replayAll(bench, { since: "1h" }).expect(202);
	await bench.drain.once();

	expect(await statesOf(bench)).toEqual(["done", "refused", "test"]);
	expect(await endings(bench)).toContainEqual(["done", "confirming"]);
});

test("the oldest first: the first outcome of a run is the one that came first", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
	await buryNext(bench);
	bench.clock.advance(MINUTE);
	await succeed(bench, job);
	await buryNext(bench);

	await replayAll(bench, { since: "1h", status: "buried" }).expect(202);
	await bench.drain.once();
	bench.clock.advance(MINUTE);
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("failed");
	expect(await endings(bench)).toEqual([
		["done", "failed"],
		["done", "conflicting"],
	]);
});

test("what is done is confirmed, and nothing is written twice", async () => {
	const bench = await setUp();
	for (let nth = 0; nth < 12; nth += 1)
		await succeed(bench, makeJob(bench, "combine"));
	const failed = makeJob(bench, "combine");
	await post(
		bench,
		`job_id=${failed.id}`,
		composeFailure(failed.id, failed.ncaJobId),
	);
	await bench.drain.once();
	newWrites(bench);

	for (let time = 0; time < 2; time += 1) {
		await replayAll(bench, { since: "1h", status: "done" }).expect(202);
		await bench.drain.once();
	}

	expect(newWrites(bench)).toEqual([]);
	expect(await endings(bench)).toEqual(Array(13).fill(["done", "confirming"]));
});

test("a job that was submitted anew is left to its new run", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await succeed(bench, job);
	await bench.drain.once();
	bench.airtable.set("Jobs", job.id, {
		Status: "processing",
		"External Job ID": ncaId(),
	});
	await bench.poll.round({ all: true });
	newWrites(bench);

	await replayAll(bench, { since: "1h" }).expect(202);
	await bench.drain.once();

	expect(await statesOf(bench)).toEqual(["stale"]);
	expect(newWrites(bench)).toEqual([]);
});

describe("what we did ourselves is not among them", () => {
	test("a reopening: what was closed since stays closed", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		await reopen(bench, job.id).expect(202);
		await bench.drain.once();
		await bench.poll.round({ all: true });
		await bench.drain.once();
		const before = bench.airtable.get("Jobs", job.id);
		expect(before.Status).toBe("completed");

		await replayAll(bench, { since: "1h" }).expect(202);
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
	});

	test("a time-out: what a person set back since stays open", async () => {
		const bench = await setUp();
		await closeOne(bench);
		const job = makeJob(bench, "combine", {}, 25 * HOUR);
		await bench.poll.round({ all: true, giveUp: true });
		await bench.drain.once();
		expect(payloadOf(bench, job.id).via).toBe("timeout");
		bench.airtable.set("Jobs", job.id, { Status: "processing" });
		bench.clock.advance(20 * MINUTE);
		await bench.poll.round({ all: true });
		await bench.drain.once();

		await replayAll(bench, { since: "1h" }).expect(202);
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
	});

	test("a read-back, which nobody sees", async () => {
		const bench = await setUp();
		await closeOne(bench);
		await bench.airtable.fetchAttachments();
		await readBack(bench);

		const { body } = await replayAll(bench, { since: "1h" });

		expect(body.replayed).toBe(1);
	});
});

describe("what cannot be meant is refused", () => {
	test.each([
		["nothing", {}],
		["no JSON", "{ since"],
		["a list", []],
		["a time that is none", { since: "yesterday" }],
		["a number", { since: 15 }],
		["an end that is none", { since: "1h", until: "now" }],
		["an unknown status", { since: "1h", status: "lost" }],
		["refused ones", { since: "1h", status: "refused" }],
		["tests", { since: "1h", status: "test" }],
		["those in hand", { since: "1h", status: "processing" }],
		["what it does not know", { since: "1h", job_id: "rec1" }],
	])("%s", async (_what, body) => {
		const { bench } = await buryFour();

		const answer = await replayAll(bench, body);

		expect(answer.status).toBe(400);
		expect(Object.keys(answer.body)).toEqual(["error"]);
		expect(await statesOf(bench)).toEqual(Array(4).fill("buried"));
	});
});
