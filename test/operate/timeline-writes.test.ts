import { describe, expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { makeJob, post, succeed, type TestJob } from "../jobs.ts";
import { MINUTE, type SetUp, setUp } from "../set-up.ts";
import {
	closeOne,
	type TimelineItem,
	timelineOf,
} from "../settle/read-backs.ts";
import { reopen } from "./by-hand.ts";

/** What was written into a record, by field. */
function wroteInto(item: TimelineItem | undefined, id: string) {
	const wrote = (item?.wrote ?? []) as {
		id: string;
		table: string;
		fields: Record<string, { old: unknown; new: unknown }>;
	}[];
	return wrote.find((one) => one.id === id);
}

const itemOf = async (bench: SetUp, { id }: TestJob, what: string) =>
	(await timelineOf(bench, id)).find((item) => item.what === what);

describe("a close", () => {
	test("is told with who decided it, and every value with the one that it replaced", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", {
			"Error Details": "of an earlier try",
			Notes: "a person's",
		});
		const held = [{ url: bench.spaces.put("a.mp4", 5), filename: "a.mp4" }];
		bench.airtable.set("Segments", job.targetId, { "Voiceover + Video": held });
		const { body } = await succeed(bench, job);
		await bench.drain.once();

		const item = await itemOf(bench, job, "settled");

		const written = bench.airtable.get("Jobs", job.id);
		expect(item).toMatchObject({
			nca_job_id: job.ncaJobId,
			delivery_id: body.delivery_id,
			outcome: "completed",
			via: "webhook",
			why: `${job.file}: 10 bytes`,
		});
		expect(wroteInto(item, job.id)).toEqual({
			table: "Jobs",
			id: job.id,
			fields: {
				Status: { old: "processing", new: "completed" },
				"Error Details": { old: "of an earlier try", new: null },
				"Response Payload": { old: null, new: written["Response Payload"] },
				Notes: { old: "a person's", new: written.Notes },
			},
		});
		expect(wroteInto(item, job.targetId)).toMatchObject({
			table: "Segments",
			fields: {
				Status: { old: "Combining Media", new: "combined" },
				"Voiceover + Video": {
					old: [{ filename: "a.mp4" }],
					new: [{ filename: job.file }],
				},
			},
		});
	});

	test("says what it took the place of", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		bench.spaces.put(job.file, 10);
		await bench.poll.round();
		await bench.drain.once();
		bench.clock.advance(MINUTE);
		await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
		await bench.drain.once();

		const items = await timelineOf(bench, job.id);

		expect(items.filter(({ what }) => what === "settled")).toMatchObject([
			{ outcome: "completed", via: "polling" },
			{
				outcome: "failed",
				via: "webhook",
				why: expect.stringContaining("No such filter: 'tpadd'"),
				instead_of: "a false positive",
			},
		]);
	});
});

test("a reopening is told with its reason, and what was before the close is still there", async () => {
	const bench = await setUp();
	const job = await closeOne(bench, "combine", { "Error Details": "before" });
	bench.clock.advance(MINUTE);
	await reopen(bench, job.id, { reason: "it is black" });
	bench.clock.advance(MINUTE);
	await bench.drain.once();

	const items = await timelineOf(bench, job.id);

	expect(items.at(-1)).toMatchObject({
		what: "reopened",
		nca_job_id: job.ncaJobId,
		reason: "it is black",
	});
	const settled = items.find(({ what }) => what === "settled");
	expect(wroteInto(settled, job.id)?.fields).toMatchObject({
		Status: { old: "processing" },
		"Error Details": { old: "before" },
	});
});
