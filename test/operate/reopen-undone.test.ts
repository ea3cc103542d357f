import { expect, onTestFinished, test } from "vitest";
import { serve } from "../../src/sandbox/serve.ts";
import { makeJob, succeed } from "../jobs.ts";
import { HOUR, setUp, temporaryFolder } from "../set-up.ts";
import {
	closeAndGiveUp,
	closeOne,
	detailsOf,
	heldBy,
	timelineOf,
} from "../settle/read-backs.ts";
import { partsOn } from "../settle/restart.ts";
import { closeTwoOfOne, endings, jobOf, reopen, reopenNow } from "./by-hand.ts";

test("reopening an older job leaves the Status that a newer job's file stands for", async () => {
	const bench = await setUp();
	const { older, newer } = await closeTwoOfOne(bench);
	await reopenNow(bench, older);
	const target = bench.airtable.get("Segments", older.targetId);
	expect(target["Voiceover + Video"]).toMatchObject([{ filename: newer.file }]);
	expect(target.Status).toBe("combined");
});

test("a job that we closed can be reopened when the ledger was lost", async () => {
	const bench = await setUp();
	const job = await closeOne(bench);
	const parts = await partsOn(bench, temporaryFolder());
	const { url, close } = await serve(parts.app);
	onTestFinished(close);
	await reopen({ url }, job.id).expect(202);
	await parts.drain.once();
	expect(jobOf(bench, job).Status).toBe("processing");
});

test("a record that is there is not said to be missing", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine", { Status: "completed" });
	await reopenNow(bench, job);
	expect(await endings(bench)).toEqual([["done", "conflicting"]]);
});

test("what we wrote into Error Details ourselves is put back too", async () => {
	const bench = await setUp();
	const job = await closeAndGiveUp(bench);
	await reopenNow(bench, job);
	expect(detailsOf(bench, job)).toBeUndefined();
});

test("the former file comes back also where Airtable dropped ours", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	const former = bench.spaces.put("former.mp4", 5);
	bench.airtable.set("Segments", job.targetId, {
		"Voiceover + Video": [{ url: former, filename: "former.mp4" }],
	});
	await bench.airtable.fetchAttachments();
	await succeed(bench, job);
	await bench.drain.once();
	bench.airtable.drop(1);
	await bench.airtable.fetchAttachments();
	await reopenNow(bench, job);
	expect(heldBy(bench, job)).toMatchObject([{ filename: "former.mp4" }]);
});

test("a reopening after RETENTION_DAYS puts the record back too", async () => {
	const bench = await setUp();
	const job = await closeOne(bench);
	bench.clock.advance(8 * 24 * HOUR);
	await bench.prune();
	await reopenNow(bench, job);
	expect(
		bench.airtable.get("Jobs", job.id)["Response Payload"],
	).toBeUndefined();
	expect(bench.airtable.get("Segments", job.targetId).Status).toBe(
		"Combining Media",
	);
});

test("a job that was pending when we closed it is found by the poller once reopened", async () => {
	const bench = await setUp();
	const job = await closeOne(bench, "combine", { Status: "pending" });
	await reopenNow(bench, job);
	await bench.poll.round({ all: true });
	await bench.drain.once();
	expect(jobOf(bench, job).Status).toBe("completed");
});

test("a reopening tells the values that it replaced", async () => {
	const bench = await setUp();
	const job = await closeOne(bench);
	await reopenNow(bench, job);
	const item = (await timelineOf(bench, job.id)).find(
		({ what }) => what === "reopened",
	);
	expect(JSON.stringify(item)).toContain('"old"');
});
