import { describe, expect, test } from "vitest";
import { makeJob, ncaId, payloadOf, post } from "../jobs.ts";
import { setUp, setUpWithNca } from "../set-up.ts";
import { endingOf, failure, outcomeOf, success } from "./learn.ts";
import { loseLedger } from "./lost.ts";
import { makePlainJob } from "./outputs.ts";

const WEBHOOK_SECRET = "a secret that is long enough";

describe("keyframes", () => {
	test("25 of them are a success like any other", async () => {
		const bench = await setUpWithNca();
		const job = makePlainJob(bench);
		const image_urls = Array.from({ length: 25 }, (_, n) => ({
			image_url: bench.spaces.put(
				`${job.ncaJobId}_${String(n + 1).padStart(3, "0")}.jpg`,
				5,
			),
		}));
		const body = {
			endpoint: "/extract-keyframes",
			code: 200,
			id: job.id,
			job_id: job.ncaJobId,
			response: { image_urls },
			message: "success",
		};
		await post(bench, `job_id=${job.id}`, body);
		await bench.drain.once();
		expect(outcomeOf(bench, job).Status).toBe("completed");
	});
});

test.each("avi apng raw aac flac ogg".split(" "))(
	"a lost compose job's file with -f %s is found",
	async (extension) => {
		const bench = await setUp();
		const job = makePlainJob(bench);
		bench.spaces.put(`${job.ncaJobId}_output_0.${extension}`, 10);
		expect(await bench.poll.round()).toMatchObject({ recovered: 1 });
	},
);

describe("set back", () => {
	test("a job that failed is closed again with its first reason, whoever says it again", async () => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		await failure(bench, job, "no space left");
		await bench.drain.once();
		bench.airtable.set("Jobs", job.id, { Status: "processing" });
		await failure(bench, job, "Job failed with status 500");
		await bench.drain.once();
		expect(outcomeOf(bench, job)).toEqual({
			Status: "failed",
			details: "no space left",
		});
	});
	test("a job that was completed with two files keeps both", async () => {
		const bench = await setUpWithNca();
		const job = makeJob(bench, "combine");
		const urls = [0, 1].map((n) =>
			bench.spaces.put(`${job.ncaJobId}_output_${n}.mp4`, 10),
		);
		await post(bench, `job_id=${job.id}`, {
			code: 200,
			job_id: job.ncaJobId,
			response: urls.map((file_url) => ({ file_url })),
		});
		await bench.drain.once();
		bench.airtable.set("Jobs", job.id, { Status: "processing" });
		await success(bench, job);
		await bench.drain.once();
		expect(payloadOf(bench, job.id).output_urls).toEqual(urls);
		expect(
			bench.airtable.get("Segments", job.targetId)["Voiceover + Video"],
		).toHaveLength(2);
	});
});

describe("after a loss", () => {
	test("a proved word of the run that the record says was closed before this one is stale", async () => {
		const before = await setUpWithNca({ WEBHOOK_SECRET });
		const job = makeJob(before, "combine");
		await failure(before, job, "no space left");
		await before.drain.once();
		const next = ncaId();
		before.airtable.set("Jobs", job.id, {
			"External Job ID": next,
			Status: "processing",
		});
		const bench = await loseLedger(before);
		const late = await failure(bench, job, "Job failed with status 500");
		await bench.drain.once();
		expect(outcomeOf(bench, job).Status).toBe("processing");
		expect((await endingOf(bench, late))?.state).toBe("stale");
	});
});
