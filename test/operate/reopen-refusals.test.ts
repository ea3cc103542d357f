import { describe, expect, test } from "vitest";
import { makeJob, type TestJob } from "../jobs.ts";
import { MINUTE, type SetUp, setUp } from "../set-up.ts";
import { closeOne, timelineOf } from "../settle/read-backs.ts";
import { closeTwoOfOne, endings, newWrites, reopen } from "./by-hand.ts";

async function reopenNow(bench: SetUp, { id }: TestJob) {
	await reopen(bench, id).expect(202);
	newWrites(bench);
	await bench.drain.once();
}

describe("nothing is put back of a job", () => {
	test.each(["processing", "completed", "failed"])(
		"that we did not close (%s)",
		async (Status) => {
			const bench = await setUp();
			const job = makeJob(bench, "combine", { Status });
			await bench.poll.check(job.id);

			await reopenNow(bench, job);

			expect(newWrites(bench)).toEqual([]);
			expect(await endings(bench)).toEqual([["done", "conflicting"]]);
		},
	);

	test("that someone has set to another status since", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		bench.airtable.set("Jobs", job.id, { Status: "pending" });

		await reopenNow(bench, job);

		expect(newWrites(bench)).toEqual([]);
		expect((await endings(bench)).at(-1)).toEqual(["done", "conflicting"]);
	});

	test("that is reopened already", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		await reopenNow(bench, job);

		await reopenNow(bench, job);

		expect(newWrites(bench)).toEqual([]);
		expect((await endings(bench)).at(-1)).toEqual(["done", "conflicting"]);
	});

	test("that is gone by then", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		await reopen(bench, job.id).expect(202);
		bench.airtable.remove("Jobs", job.id);

		await bench.drain.once();

		expect((await endings(bench)).at(-1)).toEqual(["parked", "no record"]);
	});
});

test("the target of a newer job keeps that job's file", async () => {
	const bench = await setUp();
	const { older, newer } = await closeTwoOfOne(bench);

	await reopenNow(bench, older);

	expect(bench.airtable.get("Jobs", older.id).Status).toBe("processing");
	expect(
		bench.airtable.get("Segments", older.targetId)["Voiceover + Video"],
	).toMatchObject([{ filename: newer.file }]);
});

test("while Airtable takes no writes it waits, and is done once", async () => {
	const bench = await setUp();
	const job = await closeOne(bench);
	await reopen(bench, job.id).expect(202);
	bench.airtable.fault((req, res, next) => {
		if (req.method === "PATCH") res.status(503).send("<html/>");
		else next();
	});
	await bench.drain.once();
	const during = bench.airtable.get("Jobs", job.id).Status;

	bench.airtable.fault(null);
	bench.clock.advance(2 * MINUTE);
	await bench.drain.once();

	expect(during).toBe("completed");
	expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
	expect(bench.said("job reopened")).toHaveLength(1);
	const things = (await timelineOf(bench, job.id)).map(({ what }) => what);
	expect(things.filter((what) => what === "reopened")).toHaveLength(1);
});

describe("what cannot be meant is refused", () => {
	test.each([
		["no JSON", "{ reason"],
		["a list", []],
		["a blank reason", { reason: " " }],
		["a reason that is no text", { reason: 7 }],
		["what it does not know", { reason: "x", outcome: "failed" }],
	])("%s", async (_what, body) => {
		const bench = await setUp();
		const job = await closeOne(bench);

		const answer = await reopen(bench, job.id, body);

		expect(answer.status).toBe(400);
		expect(Object.keys(answer.body)).toEqual(["error"]);
		expect(await endings(bench)).toEqual([["done", "completed"]]);
	});

	test.each(["recZZZZZZZZZZZZZZ", "00000000-0000-4000-8000-000000000000"])(
		"an id that nothing bears: %s",
		async (id) => {
			const bench = await setUp();
			await closeOne(bench);

			const answer = await reopen(bench, id);

			expect(answer.status).toBe(404);
			expect(Object.keys(answer.body)).toEqual(["error"]);
		},
	);

	test("but a reason need not be given", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);

		await reopen(bench, job.id, {}).expect(202);
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
	});
});
