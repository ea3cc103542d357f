import request from "supertest";
import { describe, expect, test } from "vitest";
import { makeJob, succeed, type TestJob } from "../jobs.ts";
import { MINUTE, setUp } from "../set-up.ts";
import {
	closeAndGiveUp,
	closeOne,
	closeWithTwo,
	detailsOf,
	dropOne,
	happened,
	heldBy,
	newCalls,
	readBack,
	timelineOf,
} from "./read-backs.ts";

describe("a file that Airtable dropped", () => {
	test("is attached again, and kept when Airtable then has it", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);

		await dropOne(bench);
		const again = heldBy(bench, job);
		await bench.airtable.fetchAttachments();
		await readBack(bench);

		expect(again).toMatchObject([{ filename: job.file }]);
		expect(heldBy(bench, job)).toMatchObject([{ size: 10 }]);
		expect((await happened(bench, job)).slice(-2)).toEqual([
			"attached again",
			"kept",
		]);
		expect(bench.said("airtable dropped a file, attached again")).toMatchObject(
			[{ level: "warn", job_id: job.id, target_id: job.targetId, times: 1 }],
		);
	});

	test("is given as long to be fetched as at first", async () => {
		const bench = await setUp();
		await closeOne(bench);
		await dropOne(bench);
		newCalls(bench);

		bench.clock.advance(10_000);
		await bench.drain.once();

		expect(newCalls(bench)).toEqual([]);
	});

	test("is attached again three times, and then given up", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		for (let drop = 0; drop < 3; drop += 1) {
			await dropOne(bench);
			expect(heldBy(bench, job)).toHaveLength(1);
			expect(detailsOf(bench, job)).toBeUndefined();
		}

		await dropOne(bench);

		expect(heldBy(bench, job)).toEqual([]);
		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
		expect(detailsOf(bench, job)).toContain("Airtable did not keep the file");
		expect(detailsOf(bench, job)).toContain(job.file);
		expect(bench.said("airtable did not keep a file")).toMatchObject([
			{ level: "error", job_id: job.id, target_id: job.targetId, times: 3 },
		]);
		const times = (await timelineOf(bench, job.id))
			.filter(({ what }) => what === "attached again")
			.map((item) => item.times);
		expect(times).toEqual([1, 2, 3]);
	});

	test("is buried then, and shown to a person", async () => {
		const bench = await setUp();
		const job = await closeAndGiveUp(bench);
		newCalls(bench);

		bench.clock.advance(24 * 60 * MINUTE);
		await bench.drain.once();

		expect(newCalls(bench)).toEqual([]);
		const { body } = await request(bench.url).get(
			"/debug/webhooks?status=buried",
		);
		expect(body.items).toMatchObject([
			{
				task: "read_back",
				job_id: job.id,
				nca_job_id: job.ncaJobId,
				reason: "Airtable did not keep the file",
			},
		]);
		expect(
			(await timelineOf(bench, job.id)).map(({ status }) => status),
		).toEqual(expect.arrayContaining(["buried"]));
	});

	test("keeps no other file from being attached", async () => {
		const bench = await setUp();
		const jobs = [makeJob(bench, "combine"), makeJob(bench, "combine")];
		for (const job of jobs) await succeed(bench, job);
		await bench.drain.once();
		const [dropped, other] = jobs as [TestJob, TestJob];
		bench.airtable.drop(1, dropped.file);
		await bench.airtable.fetchAttachments();

		await readBack(bench);

		expect(await happened(bench, dropped)).toContain("attached again");
		expect((await happened(bench, other)).at(-1)).toBe("kept");
	});
});

test.each([
	["image_zoom", "Segments", "Video"],
	["concatenate", "Videos", "Combined Segments Video"],
	["add_music", "Videos", "Video + Music"],
] as const)(
	"the file of each operation is seen to: %s",
	async (operation, table, field) => {
		const bench = await setUp();
		const job = await closeOne(bench, operation);

		await dropOne(bench);
		const again = bench.airtable.get(table, job.targetId)[field];
		await bench.airtable.fetchAttachments();
		await readBack(bench);

		expect(again).toMatchObject([{ filename: job.file }]);
		expect((await happened(bench, job)).at(-1)).toBe("kept");
	},
);

describe("of several files", () => {
	test("that which was dropped brings all of them back", async () => {
		const bench = await setUp();
		const { job, names } = await closeWithTwo(bench);
		bench.airtable.drop(1, names[1]);
		await bench.airtable.fetchAttachments();
		expect(heldBy(bench, job)).toHaveLength(1);

		await readBack(bench);
		await bench.airtable.fetchAttachments();
		await readBack(bench);

		expect(heldBy(bench, job)).toMatchObject(
			names.map((filename) => ({ filename, size: 10 })),
		);
		expect((await happened(bench, job)).slice(-2)).toEqual([
			"attached again",
			"kept",
		]);
	});
});
