import { describe, expect, test } from "vitest";
import { makeJob } from "../jobs.ts";
import { MINUTE, type SetUp, setUp } from "../set-up.ts";
import {
	closeOne,
	detailsOf,
	dropOne,
	happened,
	heldBy,
	newCalls,
	READ_BACK,
	readBack,
	timelineOf,
} from "./read-backs.ts";

describe("nothing is attached again", () => {
	test("where the field holds another file by now", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		const url = bench.spaces.put("newer.mp4", 20);
		bench.airtable.set("Segments", job.targetId, {
			"Voiceover + Video": [{ url, filename: "newer.mp4" }],
		});
		newCalls(bench);

		await readBack(bench);

		expect(newCalls(bench)).toEqual(READ_BACK);
		expect(heldBy(bench, job)).toMatchObject([{ filename: "newer.mp4" }]);
		expect(await bench.inbox.nextDue()).toBeNull();
	});

	test("where a newer job is to fill the field", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		bench.airtable.drop(1);
		await bench.airtable.fetchAttachments();
		const link = { "Related Segment Video": [job.targetId] };
		makeJob(bench, "combine", link, 6 * MINUTE);
		await bench.poll.round();
		newCalls(bench);

		await readBack(bench);

		expect(newCalls(bench)).toEqual(READ_BACK);
		expect(heldBy(bench, job)).toEqual([]);
		expect(await happened(bench, job)).not.toContain("attached again");
	});

	test("where the target is gone", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		bench.airtable.remove("Segments", job.targetId);
		newCalls(bench);

		await readBack(bench);

		expect(newCalls(bench)).toEqual(["LIST Jobs 1", "LIST Segments 0"]);
		expect(await bench.inbox.nextDue()).toBeNull();
	});
});

/** Airtable can be read, and takes nothing. */
function refuseWrites({ airtable }: SetUp): void {
	airtable.fault((req, res, next) => {
		if (req.method === "PATCH") res.status(503).send("<html/>");
		else next();
	});
}

describe("while Airtable takes no writes", () => {
	test("a file that it dropped waits to be attached again, and loses none of its times", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		bench.airtable.drop(1);
		await bench.airtable.fetchAttachments();
		refuseWrites(bench);
		for (let time = 0; time < 5; time += 1) await readBack(bench);
		const during = await happened(bench, job);

		bench.airtable.fault(null);
		await readBack(bench);

		expect(during).not.toContain("attached again");
		expect(bench.said("drain paused")).toHaveLength(1);
		expect(heldBy(bench, job)).toHaveLength(1);
		expect((await timelineOf(bench, job.id)).at(-1)).toMatchObject({
			what: "attached again",
			times: 1,
		});
	});

	test("a file is not given up before its job says so", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		for (let drop = 0; drop < 3; drop += 1) await dropOne(bench);
		refuseWrites(bench);
		await dropOne(bench);
		const during = await bench.inbox.list({ state: "buried", limit: 9 });

		bench.airtable.fault(null);
		await readBack(bench);
		await bench.drain.once();

		expect(during).toEqual([]);
		expect(detailsOf(bench, job)).toContain("did not keep");
		expect(bench.said("airtable did not keep a file")).toHaveLength(1);
	});
});
