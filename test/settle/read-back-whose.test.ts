import { expect, test } from "vitest";
import { jobOf, retry } from "../operate/by-hand.ts";
import { setUp } from "../set-up.ts";
import {
	closeAndGiveUp,
	closeOne,
	detailsOf,
	dropOne,
	heldBy,
} from "./read-backs.ts";

test("a base without Response Payload has its files read back too", async () => {
	const { ENGINE_SCHEMA } = await import(
		"../../src/sandbox/airtable-schema.ts"
	);
	const { "Response Payload": _, ...jobs } = ENGINE_SCHEMA.Jobs ?? {};
	const bench = await setUp({}, { ...ENGINE_SCHEMA, Jobs: jobs });
	const job = await closeOne(bench);
	expect(jobOf(bench, job).Status).toBe("completed");
	await dropOne(bench);
	expect(heldBy(bench, job)).toHaveLength(1);
});

test("a Response Payload that someone else rewrote keeps no file from being read back", async () => {
	const bench = await setUp();
	const job = await closeOne(bench);
	bench.airtable.set("Jobs", job.id, { "Response Payload": "{'code': 200}" });
	await dropOne(bench);
	expect(heldBy(bench, job)).toHaveLength(1);
});

test("replaced by a person's file under another name, it is no longer said not to be kept", async () => {
	const bench = await setUp();
	const job = await closeAndGiveUp(bench);
	const url = bench.spaces.put("by-hand.mp4", 10);
	bench.airtable.set("Segments", job.targetId, {
		"Voiceover + Video": [{ url, filename: "by-hand.mp4" }],
	});
	await bench.airtable.fetchAttachments();
	await retry(bench, job.id).expect(202);
	await bench.drain.once();
	expect(detailsOf(bench, job)).toBeUndefined();
});
