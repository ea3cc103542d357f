import request from "supertest";
import { describe, expect, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { makeJob, ncaId, post, succeed, waitOut } from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, setUp } from "../set-up.ts";
import { restart } from "../settle/restart.ts";
import { statusOf } from "./rounds.ts";

const DAY = 24 * HOUR;
const LIMIT = { AIRTABLE_MONTHLY_CALLS: "1000" };
const NOVEMBER = "airtable calls 2026-11";

/** So many calls went two days ago, by rounds of one call. */
async function spend({ ledger, clock }: SetUp, calls: number): Promise<void> {
	const counts = { [NOVEMBER]: calls, "polling calls": 100, round: 100 };
	await ledger.tally(new Map(Object.entries(counts)), clock.now() - 2 * DAY);
}

/** How many requests Airtable has got since, by counting them there. */
function countRequests({ airtable }: SetUp): () => number {
	let asked = 0;
	airtable.fault((_req, _res, next) => {
		asked += 1;
		next();
	});
	return () => asked;
}

/** Whether a round ran by itself. */
async function runsIfDue(bench: SetUp): Promise<boolean> {
	const before = bench.said("poll round ended").length;
	await bench.poll.roundIfDue();
	return bench.said("poll round ended").length > before;
}

/** A webhook that waits for its record. */
async function postEarly(bench: SetUp): Promise<void> {
	const id = ncaId();
	const url = bench.spaces.put(`${id}_output_0.mp4`, 10);
	await post(bench, "", composeSuccess(null, id, url));
	await waitOut(bench, 11_000);
}

describe("calls to Airtable", () => {
	test("are counted one by one, whoever makes them, and whatever comes of them", async () => {
		const bench = await setUp();
		const asked = countRequests(bench);
		makeJob(bench, "concatenate");
		await succeed(bench, makeJob(bench, "combine"));

		await bench.drain.once();
		await bench.poll.round();
		bench.airtable.set("Jobs", makeJob(bench, "combine").id, { Status: "x" });
		await bench.poll.round();

		expect(asked()).toBeGreaterThan(5);
		expect(await bench.quota.used()).toBe(asked());
	});

	test("are known after a kill", async () => {
		const bench = await setUp();
		const asked = countRequests(bench);
		await bench.poll.round();

		const { quota, ready } = await restart(bench);
		await ready();

		expect(asked()).toBeGreaterThan(0);
		expect(await quota.used()).toBe(asked());
	});

	test("that were refused count, too", async () => {
		const bench = await setUp();
		bench.airtable.fault((_req, res) => res.status(403).json({}));

		await expect(bench.poll.round()).rejects.toMatchObject({ status: 403 });

		expect(await bench.quota.used()).toBe(1);
	});
});

describe("while the month's calls last", () => {
	test("rounds run as they are set, and from 80 % on rarely", async () => {
		const bench = await setUp(LIMIT);
		await spend(bench, 798);
		await bench.poll.round();
		bench.clock.advance(2 * MINUTE);

		const at799 = await runsIfDue(bench);
		bench.clock.advance(2 * MINUTE);
		const at800 = await runsIfDue(bench);
		bench.clock.advance(HOUR);
		const anHourLater = await runsIfDue(bench);
		bench.clock.advance(2 * MINUTE);

		expect([at799, at800, anHourLater]).toEqual([true, false, true]);
		expect(await runsIfDue(bench)).toBe(false);
	});

	test("a base without a limit is polled as it is set", async () => {
		const bench = await setUp();
		await spend(bench, 1e6);
		await bench.poll.round();

		bench.clock.advance(2 * MINUTE);

		expect(await runsIfDue(bench)).toBe(true);
	});
});

describe("when nothing is left of them", () => {
	test("no round runs by itself, not even at the start, until the month ends", async () => {
		const bench = await setUp(LIMIT);
		await spend(bench, 1000);
		const asked = countRequests(bench);

		await bench.poll.firstRound();
		bench.clock.advance(7 * DAY);
		await bench.poll.roundIfDue();
		const meanwhile = asked();
		bench.clock.advance(DAY);

		expect(meanwhile).toBe(0);
		expect(await runsIfDue(bench)).toBe(true);
	});

	test("one by hand does", async () => {
		const bench = await setUp(LIMIT);
		await spend(bench, 1000);
		const job = makeJob(bench, "combine");
		bench.spaces.put(job.file, 10);

		const { body } = await request(bench.url)
			.post("/debug/check-stuck-jobs")
			.expect(200);

		expect(body).toMatchObject({ checked: 1, recovered: 1 });
	});

	test("a webhook is settled as ever", async () => {
		const bench = await setUp(LIMIT);
		await spend(bench, 1000);
		const job = makeJob(bench, "combine");
		await succeed(bench, job);

		await bench.drain.once();

		expect(statusOf(bench, job)).toBe("completed");
	});

	test("a webhook that waits for its record still has it looked for, each hour", async () => {
		const bench = await setUp(LIMIT);
		await spend(bench, 1000);
		await postEarly(bench);
		await bench.bringBack.matchedIfDue();
		const asked = countRequests(bench);

		bench.clock.advance(2 * MINUTE);
		await bench.bringBack.matchedIfDue();
		const soon = asked();
		bench.clock.advance(HOUR);
		await bench.bringBack.matchedIfDue();

		expect([soon, asked()]).toEqual([0, 1]);
	});
});

test("records are looked for as often as rounds are set to run, where there is no limit", async () => {
	const bench = await setUp();
	await postEarly(bench);
	const asked = countRequests(bench);

	for (let minute = 0; minute < 4; minute += 1) {
		await bench.bringBack.matchedIfDue();
		bench.clock.advance(MINUTE);
	}

	expect(asked()).toBe(2);
});
