import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { tokenFor } from "../../src/receive/proof.ts";
import { composeFailure, composeSuccess } from "../bodies.ts";
import {
	claimSuccess,
	makeJob,
	ncaId,
	post,
	succeed,
	waitOut,
} from "../jobs.ts";
import { MINUTE, setUp } from "../set-up.ts";
import { endingOf } from "./learn.ts";

const SECRET = "a secret that is long enough";

describe("the file is the proof of a success", () => {
	test("a file that appears within five minutes closes the job", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await claimSuccess(bench, job);
		await bench.drain.once();
		expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");

		bench.spaces.put(job.file, 10);
		bench.clock.advance(MINUTE);
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	});

	test.each([0, null])(
		"a file of %s bytes proves nothing, and the webhook is parked as unproven",
		async (bytes) => {
			const bench = await setUp();
			const job = makeJob(bench, "combine");
			if (bytes !== null) bench.spaces.put(job.file, bytes);
			const { body } = await claimSuccess(bench, job);
			await bench.drain.once();

			bench.clock.advance(6 * MINUTE);
			await bench.drain.once();

			expect(await endingOf(bench, body.delivery_id)).toEqual({
				state: "parked",
				reason: "unproven",
			});
			expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
		},
	);

	test("while Spaces cannot say, nothing is held against the file", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const url = bench.spaces.put(job.file, 10);
		bench.spaces.fail(503);
		const { body } = await claimSuccess(bench, job, url);
		await bench.drain.once();
		bench.clock.advance(60 * MINUTE);
		await bench.drain.once();
		expect((await endingOf(bench, body.delivery_id))?.state).toBe("retry");

		bench.spaces.fail(null);
		bench.clock.advance(11 * MINUTE);
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	});

	test("another job's file is not taken for this one's", async () => {
		const bench = await setUp();
		const [job, other] = [makeJob(bench, "combine"), makeJob(bench, "combine")];
		const url = bench.spaces.put(other.file, 10);
		const { body } = await claimSuccess(bench, job, url);

		await waitOut(bench, 6 * MINUTE);

		expect(await endingOf(bench, body.delivery_id)).toEqual({
			state: "parked",
			reason: "unproven",
		});
		expect(
			bench.airtable.get("Segments", job.targetId)["Voiceover + Video"],
		).toBeUndefined();
	});

	test("a stranger's own NCA id is not believed where the record names another", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const theirs = ncaId();
		const url = bench.spaces.put(`${theirs}_output_0.mp4`, 10);
		await post(bench, `job_id=${job.id}`, composeSuccess(job.id, theirs, url));

		await waitOut(bench, 6 * MINUTE);

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
	});

	test("a webhook that is faster than the engine's own write is believed by the name of its file", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", {
			"External Job ID": null,
			"Webhook URL": null,
			Status: "pending",
		});
		await succeed(bench, job);
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	});

	test("a success that names no file is parked", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");

		const { body } = await post(bench, `job_id=${job.id}`, {
			code: 200,
			job_id: job.ncaJobId,
			response: [],
		});
		await bench.drain.once();

		expect(body.status).toBe("accepted");
		expect(await endingOf(bench, body.delivery_id)).toEqual({
			state: "parked",
			reason: "no file",
		});
	});

	test("of several files every one must be there, and all are attached in order", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const names = [
			`${job.ncaJobId}_output_0.mp4`,
			`${job.ncaJobId}_output_1.mp4`,
		] as const;
		const urls = names.map((name) => `${bench.spaces.base}/${name}`);
		const response = urls.map((file_url) => ({ file_url }));
		bench.spaces.put(names[1], 10);
		await post(bench, `job_id=${job.id}`, {
			code: 200,
			job_id: job.ncaJobId,
			response,
		});
		await bench.drain.once();
		expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");

		bench.spaces.put(names[0], 10);
		bench.clock.advance(MINUTE);
		await bench.drain.once();

		const held = bench.airtable.get("Segments", job.targetId)[
			"Voiceover + Video"
		];
		expect(held).toMatchObject(names.map((filename) => ({ filename })));
	});
});

describe("a failure is believed by its NCA id or its sender", () => {
	test("under another id it waits five minutes and is parked as unconfirmed", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const { body } = await post(
			bench,
			`job_id=${job.id}`,
			composeFailure(job.id, ncaId()),
		);
		await bench.drain.once();
		expect((await endingOf(bench, body.delivery_id))?.state).toBe("retry");

		await waitOut(bench, 6 * MINUTE);

		expect(await endingOf(bench, body.delivery_id)).toEqual({
			state: "parked",
			reason: "unconfirmed",
		});
		expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
	});

	test("an id that the engine writes late confirms it", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", { "External Job ID": null });
		await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
		await bench.drain.once();
		expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");

		bench.airtable.set("Jobs", job.id, { "External Job ID": job.ncaJobId });
		bench.clock.advance(MINUTE);
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("failed");
	});

	test("a token proves the sender, whatever the id: Cloud Run sends one that nobody knows", async () => {
		const bench = await setUp({ WEBHOOK_SECRET: SECRET });
		const job = makeJob(bench, "combine");
		const token = tokenFor(SECRET, job.id, "combine");

		await post(
			bench,
			`job_id=${job.id}&operation=combine&token=${token}`,
			composeFailure(job.id, ncaId()),
		).expect(200);
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("failed");
	});

	test("a signature does not cover the query: it proves nothing for a job that the body does not name", async () => {
		const bench = await setUp({ WEBHOOK_SECRET: SECRET });
		const [job, other] = [makeJob(bench, "combine"), makeJob(bench, "combine")];
		const body = JSON.stringify(composeFailure(other.id, other.ncaJobId));
		const signature = createHmac("sha256", SECRET).update(body).digest("hex");

		await post(bench, `job_id=${job.id}`, body)
			.set("X-NCA-Signature", signature)
			.expect(200);
		await waitOut(bench, 6 * MINUTE);

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
	});
});

describe("patience is counted from the first look that found it wanting", () => {
	test("not while Airtable was down", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", { "External Job ID": null });
		bench.airtable.fault((_req, res) => void res.status(503).end());
		await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
		await waitOut(bench, 8 * MINUTE);

		bench.airtable.fault(null);
		await waitOut(bench, 2 * MINUTE);
		bench.airtable.set("Jobs", job.id, { "External Job ID": job.ncaJobId });
		await waitOut(bench, MINUTE);

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("failed");
	});

	test("not while Spaces could not say", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const url = `${bench.spaces.base}/${job.file}`;
		bench.spaces.fail(503);
		await claimSuccess(bench, job, url);
		await waitOut(bench, 8 * MINUTE);

		bench.spaces.fail(null);
		await waitOut(bench, 2 * MINUTE);
		bench.spaces.put(job.file, 10);
		await waitOut(bench, MINUTE);

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	});
});
