import { describe, expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { makeJob, payloadOf, post, succeed, type TestJob } from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, setUp } from "../set-up.ts";
import { closeOne, readBack } from "../settle/read-backs.ts";
import { jobOf, newWrites, reopen, reopenNow, targetOf } from "./by-hand.ts";

const FIELD = "Voiceover + Video";

/** A job whose target held a file before, which Airtable had fetched. */
async function closeOver(bench: SetUp, filename: string): Promise<TestJob> {
	const job = makeJob(bench, "combine");
	const url = bench.spaces.put(filename, 5);
	bench.airtable.set("Segments", job.targetId, {
		[FIELD]: [{ url, filename }],
	});
	await succeed(bench, job);
	await bench.drain.once();
	return job;
}

describe("what we closed is put back as it was", () => {
	test.each(["id", "ncaJobId"] as const)("by the job's %s", async (name) => {
		const bench = await setUp();
		const job = await closeOne(bench, "combine", {
			"Error Details": "of an earlier try",
			"Response Payload": "{'code': 202}",
			Notes: "a person's",
		});

		const answer = await reopen(bench, job[name]);
		await bench.drain.once();

		expect(answer.status).toBe(202);
		expect(answer.body).toEqual({ job_id: job.id, status: "accepted" });
		expect(jobOf(bench, job)).toMatchObject({
			Status: "processing",
			"Error Details": "of an earlier try",
			"Response Payload": "{'code': 202}",
		});
		expect(targetOf(bench, job).Status).toBe("Combining Media");
		expect(targetOf(bench, job)[FIELD] ?? []).toEqual([]);
		expect(bench.said("job reopened")).toMatchObject([
			{ level: "info", job_id: job.id, reason: "the wrong file" },
		]);
	});

	test("fields that were empty are empty again", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);

		await reopenNow(bench, job);

		expect(jobOf(bench, job)["Response Payload"]).toBeUndefined();
		expect(jobOf(bench, job)["Error Details"]).toBeUndefined();
	});

	test("its notes are added to", async () => {
		const bench = await setUp();
		const job = await closeOne(bench, "combine", { Notes: "a person's" });
		const before = String(jobOf(bench, job).Notes);

		await reopenNow(bench, job);

		const notes = String(jobOf(bench, job).Notes);
		expect(notes).toContain(`${before}\n`);
		expect(notes.slice(before.length)).toMatch(
			/^\n2026-11-23T12:\S+Z reopened by hand: the wrong file$/,
		);
	});

	test("of a failure too", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));
		await bench.drain.once();
		expect(targetOf(bench, job).Status).toBe("combination_failed");

		await reopenNow(bench, job);

		expect(jobOf(bench, job).Status).toBe("processing");
		expect(jobOf(bench, job)["Error Details"]).toBeUndefined();
		expect(targetOf(bench, job).Status).toBe("Combining Media");
	});

	test("as it was before the first of several closes", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		bench.airtable.set("Jobs", job.id, { Status: "processing" });
		await bench.poll.round({ all: true });
		await bench.drain.once();
		expect(jobOf(bench, job).Notes).toContain("again");

		await reopenNow(bench, job);

		expect(jobOf(bench, job).Status).toBe("processing");
		expect(jobOf(bench, job)["Response Payload"]).toBeUndefined();
		expect(targetOf(bench, job)[FIELD] ?? []).toEqual([]);
	});

	test("as it was before the last close, where it was reopened before that", async () => {
		const bench = await setUp();
		const first = { "Error Details": "the first" };
		const job = await closeOne(bench, "combine", first);
		await reopenNow(bench, job);
		const second = { "Error Details": "the second" };
		bench.airtable.set("Jobs", job.id, second);
		await bench.poll.round({ all: true });
		await bench.drain.once();
		expect(payloadOf(bench, job.id).via).toBe("polling");

		await reopenNow(bench, job);

		expect(jobOf(bench, job)).toMatchObject({
			Status: "processing",
			...second,
		});
		expect(jobOf(bench, job)["Response Payload"]).toBeUndefined();
		expect(targetOf(bench, job)).toMatchObject({ Status: "Combining Media" });
	});
});

test("a target that the webhook alone named is put back too", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "image_zoom");
	const named = String(bench.airtable.get("Jobs", job.id)["Webhook URL"]);
	bench.airtable.set("Jobs", job.id, {
		"Webhook URL": named.replace(/&target_id=.*/, ""),
	});
	await succeed(bench, job, `job_id=${job.id}&target_id=${job.targetId}`);
	await bench.drain.once();
	expect(targetOf(bench, job).Video).toMatchObject([{ filename: job.file }]);

	await reopenNow(bench, job);

	expect(targetOf(bench, job).Video ?? []).toEqual([]);
	expect(targetOf(bench, job).Status).toBe("Combining Media");
});

test("a job that was closed under the webhook's own id, bearing none, is put back", async () => {
	const bench = await setUp();
	const job = await closeOne(bench, "combine", { "External Job ID": null });
	expect(payloadOf(bench, job.id).nca_job_id).toBe(job.ncaJobId);

	await reopenNow(bench, job);

	expect(jobOf(bench, job).Status).toBe("processing");
	expect(targetOf(bench, job).Status).toBe("Combining Media");
});

test("a job without a target is put back by itself", async () => {
	const bench = await setUp();
	const url = "https://engine.example/webhooks/nca-toolkit?operation=caption";
	const job = await closeOne(bench, "combine", { "Webhook URL": url });
	newWrites(bench);

	await reopenNow(bench, job);

	expect(jobOf(bench, job).Status).toBe("processing");
	expect(newWrites(bench)).toEqual(["Jobs 1"]);
});

describe("the file that a close replaced", () => {
	test("is attached again by its link, while that lasts", async () => {
		const bench = await setUp();
		const job = await closeOver(bench, "former.mp4");
		expect(targetOf(bench, job)[FIELD]).toMatchObject([{ filename: job.file }]);
		bench.clock.advance(2 * HOUR - MINUTE);

		await reopenNow(bench, job);

		expect(targetOf(bench, job)[FIELD]).toMatchObject([
			{ url: `${bench.spaces.base}/former.mp4`, filename: "former.mp4" },
		]);
		expect(jobOf(bench, job).Status).toBe("processing");
	});

	test("cannot be had back later: the field is left, and the rest is put back", async () => {
		const bench = await setUp();
		const job = await closeOver(bench, "former.mp4");
		bench.clock.advance(2 * HOUR);

		await reopenNow(bench, job);

		expect(targetOf(bench, job)[FIELD]).toMatchObject([{ filename: job.file }]);
		expect(targetOf(bench, job).Status).toBe("Combining Media");
		expect(jobOf(bench, job).Status).toBe("processing");
	});
});

test("what someone changed since is left to them", async () => {
	const bench = await setUp();
	const job = await closeOne(bench);
	const url = bench.spaces.put("theirs.mp4", 5);
	bench.airtable.set("Segments", job.targetId, {
		Status: "Video Ready",
		[FIELD]: [{ url, filename: "theirs.mp4" }],
	});
	bench.airtable.set("Jobs", job.id, {
		"Response Payload": "theirs",
		"Error Details": "theirs too",
	});

	await reopenNow(bench, job);

	expect(targetOf(bench, job)).toMatchObject({
		Status: "Video Ready",
		[FIELD]: [{ filename: "theirs.mp4" }],
	});
	expect(jobOf(bench, job)).toMatchObject({
		Status: "processing",
		"Response Payload": "theirs",
		"Error Details": "theirs too",
	});
});

test("what it attached is not read back any more", async () => {
	const bench = await setUp();
	const job = await closeOne(bench);
	await reopenNow(bench, job);
	newWrites(bench);

	await readBack(bench);

	expect(newWrites(bench)).toEqual([]);
	expect(await bench.inbox.nextDue()).toBeNull();
});
