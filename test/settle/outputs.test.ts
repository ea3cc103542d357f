import { describe, expect, test } from "vitest";
import { makeJob, payloadOf, post, waitOut } from "../jobs.ts";
import { MINUTE, setUp, setUpWithNca } from "../set-up.ts";
import { endingOf, outcomeOf, writes } from "./learn.ts";
import { bodyOf, composed, makePlainJob, namesOf, several } from "./outputs.ts";

describe("a job with several files is complete only when every one that NCA named is there", () => {
	const cases = [...several, composed].flatMap((one) =>
		[0, 1, 2].map((missing) => ({ ...one, missing })),
	);

	test.each(cases)("$endpoint, without number $missing", async (one) => {
		const bench = await setUp();
		const job = makePlainJob(bench);
		const names = namesOf(one, job);
		const urls = names.map((name) => `${bench.spaces.base}/${name}`);
		for (const name of names) bench.spaces.put(name, 10);
		// Begun, and nothing in it yet.
		bench.spaces.put(names[one.missing] ?? "", 0);
		const { body } = await post(
			bench,
			`job_id=${job.id}`,
			bodyOf(one, job, urls),
		).expect(200);
		await waitOut(bench, MINUTE);
		expect(await endingOf(bench, body.delivery_id)).toEqual({
			state: "retry",
			reason: expect.stringContaining(names[one.missing] ?? "-"),
		});
		expect(writes(bench)).toBe(0);

		bench.spaces.put(names[one.missing] ?? "", 10);
		await waitOut(bench, MINUTE);

		expect(outcomeOf(bench, job).Status).toBe("completed");
		expect(payloadOf(bench, job.id)).toMatchObject({
			via: "webhook",
			output_url: urls[0],
			output_urls: urls,
		});
	});

	test.each(several)("by NCA's own word too: $endpoint", async (one) => {
		const bench = await setUpWithNca();
		const job = makePlainJob(bench);
		const [first = "", ...others] = namesOf(one, job);
		const urls = [first, ...others].map(
			(name) => `${bench.spaces.base}/${name}`,
		);
		bench.nca.say(job.ncaJobId, "done", bodyOf(one, job, urls));
		for (const name of others) bench.spaces.put(name, 10);
		await bench.poll.round({ all: true });
		await bench.drain.once();
		expect(outcomeOf(bench, job).Status).toBe("processing");

		bench.spaces.put(first, 10);
		const report = await bench.poll.round({ all: true });
		await bench.drain.once();

		expect(report).toMatchObject({ recovered: 1 });
		expect(payloadOf(bench, job.id)).toMatchObject({
			outcome: "completed",
			via: "nca_status",
			output_urls: urls,
		});
	});

	test("of those that were asked for: the others are null", async () => {
		const bench = await setUp();
		const job = makePlainJob(bench);
		const url = bench.spaces.put(`${job.ncaJobId}.srt`, 10);

		await post(bench, `job_id=${job.id}`, {
			endpoint: "/v1/transcribe/media",
			code: 200,
			id: null,
			job_id: job.ncaJobId,
			response: { text: "once", text_url: null, srt_url: url },
		});
		await bench.drain.once();

		expect(payloadOf(bench, job.id).output_urls).toEqual([url]);
	});

	test("one that is not ours leaves nothing to be believed", async () => {
		const bench = await setUp();
		const job = makePlainJob(bench);
		const [first = ""] = namesOf(composed, job);
		const urls = [bench.spaces.put(first, 10), "https://files.example/b.mp4"];

		const { body } = await post(
			bench,
			`job_id=${job.id}`,
			bodyOf(composed, job, urls),
		).expect(202);
		await bench.drain.once();

		expect(body).toMatchObject({ status: "parked", reason: "foreign file" });
		expect(writes(bench)).toBe(0);
	});
});

describe("the files of a job whose operation has a target", () => {
	test.each([
		["combine", "Segments", "Voiceover + Video"],
		["image_zoom", "Segments", "Video"],
		["add_music", "Videos", "Video + Music"],
	] as const)(
		"are all attached, in the order that NCA named them: %s",
		async (operation, table, field) => {
			const bench = await setUp();
			const job = makeJob(bench, operation);
			const names = namesOf(composed, job).reverse();
			const urls = names.map((name) => bench.spaces.put(name, 10));

			await post(bench, `job_id=${job.id}`, bodyOf(composed, job, urls));
			await bench.drain.once();

			const held = bench.airtable.get(table, job.targetId)[field];
			expect(held).toMatchObject(
				urls.map((url, nth) => ({ url, filename: names[nth] })),
			);
			expect(payloadOf(bench, job.id)).toMatchObject({
				output_url: urls[0],
				output_urls: urls,
			});
		},
	);

	test("are none of them attached while one is missing", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const [first = "", second = ""] = namesOf(composed, job);
		const urls = [
			bench.spaces.put(first, 10),
			`${bench.spaces.base}/${second}`,
		];

		await post(bench, `job_id=${job.id}`, bodyOf(composed, job, urls));
		await waitOut(bench, 6 * MINUTE);

		const target = bench.airtable.get("Segments", job.targetId);
		expect(target["Voiceover + Video"]).toBeUndefined();
		expect(outcomeOf(bench, job).Status).toBe("processing");
	});

	test("are all named again where the engine sets the job back", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const names = namesOf(composed, job);
		const urls = names.map((name) => bench.spaces.put(name, 10));
		await post(bench, `job_id=${job.id}`, bodyOf(composed, job, urls));
		await bench.drain.once();
		const attached = bench.airtable.get("Segments", job.targetId);
		bench.airtable.set("Jobs", job.id, { Status: "processing" });

		await bench.poll.round();
		await bench.drain.once();

		expect(payloadOf(bench, job.id)).toMatchObject({
			via: "webhook",
			output_urls: urls,
		});
		expect(bench.airtable.get("Segments", job.targetId)).toEqual(attached);
	});
});
