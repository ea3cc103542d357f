import { describe, expect, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { post } from "../jobs.ts";
import { reopen, retry } from "../operate/by-hand.ts";
import { MINUTE, setUp } from "../set-up.ts";
import {
	closeAndGiveUp,
	detailsOf,
	dropOne,
	happened,
	heldBy,
	readBack,
} from "./read-backs.ts";

describe("what was given up, and is taken again by a person", () => {
	test("is attached again; kept then, it is no longer said not to be", async () => {
		const bench = await setUp();
		const job = await closeAndGiveUp(bench);

		const answer = await retry(bench, job.id);
		await bench.drain.once();
		const before = detailsOf(bench, job);
		await bench.airtable.fetchAttachments();
		await readBack(bench);

		expect(answer.status).toBe(202);
		expect(answer.body).toEqual({ job_id: job.id, status: "accepted" });
		expect(before).toContain("did not keep");
		expect(heldBy(bench, job)).toMatchObject([
			{ filename: job.file, size: 10 },
		]);
		expect(detailsOf(bench, job)).toBeUndefined();
		expect((await happened(bench, job)).at(-1)).toBe("kept");
	});

	test("is given up again after three more times", async () => {
		const bench = await setUp();
		const job = await closeAndGiveUp(bench);
		await retry(bench, job.id);
		await bench.drain.once();

		for (let drop = 0; drop < 3; drop += 1) await dropOne(bench);

		const things = await happened(bench, job);
		expect(things.filter((one) => one === "attached again")).toHaveLength(6);
		expect(things.filter((one) => one === "not kept")).toHaveLength(2);
		expect(bench.said("airtable did not keep a file")).toHaveLength(2);
		expect(heldBy(bench, job)).toEqual([]);
		expect(detailsOf(bench, job)).toContain("did not keep");
	});

	test("is kept at once where a person has seen to it", async () => {
		const bench = await setUp();
		const job = await closeAndGiveUp(bench);
		const url = bench.spaces.put(job.file, 10);
		bench.airtable.set("Segments", job.targetId, {
			"Voiceover + Video": [{ url, filename: job.file }],
		});
		await bench.airtable.fetchAttachments();

		await retry(bench, job.id);
		await bench.drain.once();

		expect(detailsOf(bench, job)).toBeUndefined();
		expect((await happened(bench, job)).at(-1)).toBe("kept");
	});

	test.each(["tried again", "kept at once"])(
		"is %s also when its story is forgotten",
		async (what) => {
			const bench = await setUp();
			const job = await closeAndGiveUp(bench);
			bench.clock.advance(8 * 24 * 60 * MINUTE);
			await bench.prune();
			const url = bench.spaces.put(job.file, 10);
			const held = [{ url, filename: job.file }];
			if (what === "kept at once")
				bench.airtable.set("Segments", job.targetId, {
					"Voiceover + Video": held,
				});
			await bench.airtable.fetchAttachments();

			await retry(bench, job.id).expect(202);
			await bench.drain.once();
			await bench.airtable.fetchAttachments();
			await readBack(bench);

			expect(heldBy(bench, job)).toMatchObject([{ filename: job.file }]);
			expect(detailsOf(bench, job)).toBeUndefined();
		},
	);

	test("leaves what a person has written there since", async () => {
		const bench = await setUp();
		const job = await closeAndGiveUp(bench);
		const theirs = { "Error Details": "a person's words" };
		bench.airtable.set("Jobs", job.id, theirs);

		await retry(bench, job.id).expect(202);
		await bench.drain.once();
		await bench.airtable.fetchAttachments();
		await readBack(bench);

		expect((await happened(bench, job)).at(-1)).toBe("kept");
		expect(bench.airtable.get("Jobs", job.id)).toMatchObject(theirs);
	});
});

test("what was given up is not taken up by a webhook that only confirms", async () => {
	const bench = await setUp();
	const job = await closeAndGiveUp(bench);
	const url = bench.spaces.put(job.file, 10);
	const body = composeSuccess(job.id, job.ncaJobId, url);

	await post(bench, `job_id=${job.id}`, { ...body, run_time: 7 });
	await bench.drain.once();
	await readBack(bench);

	expect(heldBy(bench, job)).toEqual([]);
	expect(await bench.inbox.nextDue()).toBeNull();
});

test("a job that is closed anew after a reopening has its file attached again three times, not more", async () => {
	const bench = await setUp();
	const job = await closeAndGiveUp(bench);
	await reopen(bench, job.id).expect(202);
	await bench.drain.once();
	await bench.poll.round({ all: true });
	await bench.drain.once();
	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");

	for (let drop = 0; drop < 8; drop += 1) await dropOne(bench);

	const things = await happened(bench, job);
	expect(things.filter((one) => one === "attached again")).toHaveLength(6);
	expect(things.filter((one) => one === "not kept")).toHaveLength(2);
});
