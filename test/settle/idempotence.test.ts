import { expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import {
	claimSuccess,
	makeJob,
	ncaId,
	payloadOf,
	post,
	succeed,
} from "../jobs.ts";
import { HOUR, MINUTE, type SetUp, setUp } from "../set-up.ts";

const patches = ({ airtable }: SetUp) =>
	airtable.calls.filter(({ method }) => method === "PATCH");

test("five repeats of a webhook change nothing", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	const url = bench.spaces.put(job.file, 10);
	const body = composeSuccess(job.id, job.ncaJobId, url);
	const first = await post(bench, `job_id=${job.id}`, body);
	await bench.drain.once();
	const before = {
		job: bench.airtable.get("Jobs", job.id),
		target: bench.airtable.get("Segments", job.targetId),
	};
	const written = patches(bench).length;

	for (let repeat = 0; repeat < 5; repeat += 1) {
		const answer = await post(bench, `job_id=${job.id}`, body).expect(200);
		expect(answer.body).toEqual({
			status: "duplicate",
			delivery_id: first.body.delivery_id,
			job_id: job.id,
		});
	}
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id)).toEqual(before.job);
	expect(bench.airtable.get("Segments", job.targetId)).toEqual(before.target);
	expect(patches(bench)).toHaveLength(written);
});

test("a second webhook of the same run confirms, and writes nothing", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	const url = bench.spaces.put(job.file, 10);
	const body = composeSuccess(job.id, job.ncaJobId, url);
	await post(bench, `job_id=${job.id}`, body);
	await bench.drain.once();
	const written = patches(bench).length;

	const again = await post(bench, `job_id=${job.id}`, {
		...body,
		run_time: 99,
	});
	await bench.drain.once();

	expect(await bench.inbox.get(again.body.delivery_id)).toMatchObject({
		state: "done",
		reason: "confirming",
	});
	expect(patches(bench)).toHaveLength(written);
});

test("several webhooks of one job in one batch are written once", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	const url = bench.spaces.put(job.file, 10);
	const body = composeSuccess(job.id, job.ncaJobId, url);
	for (const run_time of [1, 2, 3])
		await post(bench, `job_id=${job.id}`, { ...body, run_time });

	await bench.drain.once();

	expect(patches(bench)).toEqual([
		{ method: "PATCH", table: "Segments", records: 1 },
		{ method: "PATCH", table: "Jobs", records: 1 },
	]);
	expect(
		(await bench.inbox.list({ limit: 9 })).map(({ reason }) => reason),
	).toEqual(["confirming", "confirming", "completed"]);
});

test("a late failure does not undo a completion: the first outcome of a run wins", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await succeed(bench, job);
	await bench.drain.once();

	const late = await post(
		bench,
		`job_id=${job.id}`,
		composeFailure(job.id, job.ncaJobId),
	);
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	expect(await bench.inbox.get(late.body.delivery_id)).toMatchObject({
		state: "done",
		reason: "conflicting",
	});
});

test("a webhook of an earlier run of its record is stale", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	await bench.poll.round({ all: true });
	bench.airtable.set("Jobs", job.id, { "External Job ID": ncaId() });

	const old = await post(
		bench,
		`job_id=${job.id}`,
		composeFailure(job.id, job.ncaJobId),
	);
	await bench.drain.once();

	expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
	expect((await bench.inbox.get(old.body.delivery_id))?.state).toBe("stale");
});

test("a job that someone else failed is completed by a proved success", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine", {
		Status: "failed",
		"Error Details": "timed out",
	});
	await succeed(bench, job);
	await bench.drain.once();

	const { Status, "Error Details": details } = bench.airtable.get(
		"Jobs",
		job.id,
	);
	expect({ Status, details }).toEqual({
		Status: "completed",
		details: undefined,
	});
});

test.each([
	{ held: true, verdict: "confirming" },
	{ held: false, verdict: "conflicting" },
])(
	"a job that someone else completed is left; with its target filled ($held) it is $verdict",
	async ({ held, verdict }) => {
		const bench = await setUp();
		const job = makeJob(bench, "combine", { Status: "completed" });
		const url = bench.spaces.put(job.file, 10);
		if (held)
			bench.airtable.set("Segments", job.targetId, {
				"Voiceover + Video": [{ url, filename: "other.mp4" }],
			});

		const { body } = await claimSuccess(bench, job, url);
		await bench.drain.once();

		expect((await bench.inbox.get(body.delivery_id))?.reason).toBe(verdict);
		expect(patches(bench)).toEqual([]);
	},
);

test("of several jobs for one target only the newest writes it", async () => {
	const bench = await setUp();
	const older = makeJob(bench, "combine", {}, 20 * MINUTE);
	const newer = makeJob(
		bench,
		"combine",
		{ "Related Segment Video": [older.targetId] },
		10 * MINUTE,
	);
	for (const job of [newer, older]) {
		await succeed(bench, job);
		await bench.drain.once();
	}

	const target = bench.airtable.get("Segments", older.targetId);
	expect(target["Voiceover + Video"]).toMatchObject([{ filename: newer.file }]);
	expect(bench.airtable.get("Jobs", older.id).Notes).toContain(
		"left to a newer job",
	);
	expect(bench.airtable.get("Jobs", older.id).Status).toBe("completed");
});

test("a job that was old when first seen replaces nothing", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "concatenate", {}, 25 * HOUR);
	const held = [{ url: "https://files.example/new.mp4", filename: "new.mp4" }];
	bench.airtable.set("Videos", job.targetId, {
		"Combined Segments Video": held,
	});
	bench.spaces.put(job.file, 10);

	await bench.poll.round({ all: true });
	await bench.drain.once();

	expect(
		bench.airtable.get("Videos", job.targetId)["Combined Segments Video"],
	).toMatchObject([{ filename: "new.mp4" }]);
	expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
	expect(payloadOf(bench, job.id).via).toBe("polling");
});

test("a file that the target holds already is not attached again", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	const url = bench.spaces.put(job.file, 10);
	bench.airtable.set("Segments", job.targetId, {
		Status: "combined",
		"Voiceover + Video": [{ url, filename: job.file }],
	});

	await claimSuccess(bench, job, url);
	await bench.drain.once();

	expect(patches(bench)).toEqual([
		{ method: "PATCH", table: "Jobs", records: 1 },
	]);
});
