import { describe, expect, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { ncaId, post, type TestJob } from "../jobs.ts";
import { type SetUp, setUp } from "../set-up.ts";
import { closeOne, dropOne, heldBy, readBack } from "./read-backs.ts";

/** The engine submits the job once more. @returns the new run's id */
async function submitAgain({ airtable, poll }: SetUp, { id }: TestJob) {
	const again = ncaId();
	airtable.set("Jobs", id, { Status: "processing", "External Job ID": again });
	await poll.round({ all: true });
	return again;
}

describe("of a job that was submitted again", () => {
	test("the earlier run's file is not attached over the later run's, which Airtable dropped", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		bench.clock.advance(10_000);
		const again = await submitAgain(bench, job);
		const name = `${again}_output_0.mp4`;
		const url = bench.spaces.put(name, 20);
		const body = composeSuccess(job.id, again, url);
		await post(bench, `job_id=${job.id}`, body);
		await bench.drain.once();
		bench.airtable.drop(1, name);
		await bench.airtable.fetchAttachments();
		expect(heldBy(bench, job)).toEqual([]);

		bench.clock.advance(5_000);
		await bench.drain.once();
		const atFirst = heldBy(bench, job);
		await readBack(bench);

		expect(atFirst).toEqual([]);
		expect(heldBy(bench, job)).toMatchObject([{ filename: name }]);
	});

	test("the earlier run's file is not attached again while the later one is in processing", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		bench.airtable.drop(1);
		await bench.airtable.fetchAttachments();
		await submitAgain(bench, job);

		await readBack(bench);

		expect(heldBy(bench, job)).toEqual([]);
	});

	test("it is not said that Airtable did not keep the earlier run's file", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		for (let drop = 0; drop < 3; drop += 1) await dropOne(bench);
		await submitAgain(bench, job);

		await dropOne(bench);

		const { "Error Details": details } = bench.airtable.get("Jobs", job.id);
		expect(details).toBeUndefined();
		expect(bench.said("airtable did not keep a file")).toEqual([]);
	});
});
