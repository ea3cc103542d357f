import request from "supertest";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../src/sandbox/airtable.ts";
import { composeFailure, composeSuccess } from "../bodies.ts";
import { makeJob, post, succeed } from "../jobs.ts";
import { HOUR, setUp } from "../set-up.ts";
import {
	closeOne,
	closeWithTwo,
	happened,
	heldBy,
	newCalls,
	READ_BACK,
	readBack,
	timelineOf,
} from "./read-backs.ts";

const SECOND = 1000;

test("a file that Airtable has fetched is kept, and asked for no more", async () => {
	const bench = await setUp();
	const job = await closeOne(bench);
	await bench.airtable.fetchAttachments();
	newCalls(bench);

	await readBack(bench);
	const once = newCalls(bench);
	bench.clock.advance(48 * HOUR);
	await bench.drain.once();

	expect(once).toEqual(READ_BACK);
	expect(newCalls(bench)).toEqual([]);
	expect((await timelineOf(bench, job.id)).at(-1)).toMatchObject({
		what: "kept",
		nca_job_id: job.ncaJobId,
		field: "Voiceover + Video",
		target_id: job.targetId,
	});
});

test("fifty jobs that are closed together cost one list a table when they are read back", async () => {
	const bench = await setUp();
	for (let nth = 0; nth < 25; nth += 1) {
		await succeed(bench, makeJob(bench, "combine"));
		await succeed(bench, makeJob(bench, "concatenate"));
	}
	await bench.drain.once();
	await bench.airtable.fetchAttachments();
	newCalls(bench);

	await readBack(bench);

	expect(newCalls(bench).toSorted()).toEqual([
		"LIST Jobs 50",
		"LIST Segments 25",
		"LIST Videos 25",
	]);
	expect(await bench.inbox.nextDue()).toBeNull();
});

test.each([0, 3, 5, 9, 14])(
	"Airtable has at least ten seconds to fetch a file, and no more than half a minute (closed at second %i)",
	async (second) => {
		const bench = await setUp();
		bench.clock.advance(second * SECOND);
		await closeOne(bench);
		newCalls(bench);

		bench.clock.advance(10 * SECOND);
		await bench.drain.once();
		const early = newCalls(bench);
		bench.clock.advance(20 * SECOND);
		await bench.drain.once();

		expect(early).toEqual([]);
		expect(newCalls(bench)).toEqual(READ_BACK);
	},
);

test("a file that is not fetched yet is waited for, and not attached again", async () => {
	const bench = await setUp();
	const job = await closeOne(bench);
	newCalls(bench);
	for (let minute = 0; minute < 3; minute += 1) {
		await readBack(bench);
		bench.clock.advance(60 * SECOND);
	}
	const waiting = new Set(newCalls(bench));

	await bench.airtable.fetchAttachments();
	await readBack(bench);

	expect([...waiting]).toEqual(READ_BACK);
	expect(heldBy(bench, job)).toMatchObject([{ filename: job.file, size: 10 }]);
	expect((await happened(bench, job)).at(-1)).toBe("kept");
});

test("of a job's files each is to be kept", async () => {
	const bench = await setUp();
	const { job, names } = await closeWithTwo(bench);
	await bench.airtable.fetchAttachments();
	bench.airtable.fault((_req, res, next) => {
		const json = res.json.bind(res);
		res.json = (body) => json(notFetched(body, names[1]));
		next();
	});

	await readBack(bench);
	const before = await happened(bench, job);
	bench.airtable.fault(null);
	await readBack(bench);

	expect(before).not.toContain("kept");
	expect((await happened(bench, job)).at(-1)).toBe("kept");
});

/** Airtable's answer as it is before it has fetched a file. */
function notFetched(answer: unknown, filename: string | undefined): unknown {
	return JSON.parse(
		JSON.stringify(answer, (_key, value) =>
			value?.filename === filename ? { ...value, size: undefined } : value,
		),
	);
}

describe("nothing is read back", () => {
	test("of a failure", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		await post(bench, `job_id=${job.id}`, composeFailure(job.id, job.ncaJobId));

		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("failed");
		expect(await bench.inbox.nextDue()).toBeNull();
	});

	test("of a job without a target", async () => {
		const bench = await setUp();
		const url = "https://engine.example/webhooks/nca-toolkit?operation=caption";
		const job = await closeOne(bench, "combine", { "Webhook URL": url });

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
		expect(await bench.inbox.nextDue()).toBeNull();
	});

	test("of a target that holds the file already, fetched", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const url = bench.spaces.put(job.file, 10);
		bench.airtable.set("Segments", job.targetId, {
			"Voiceover + Video": [{ url, filename: job.file }],
		});
		await bench.airtable.fetchAttachments();

		await succeed(bench, job);
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
		expect(await bench.inbox.nextDue()).toBeNull();
	});
});

const unavailable: Fault = (_req, res) => {
	res.status(503).send("<html>Service Unavailable</html>");
};

test("while Airtable is down nothing is read back, and it goes on when it is there again", async () => {
	const bench = await setUp();
	const job = await closeOne(bench);
	await bench.airtable.fetchAttachments();
	bench.airtable.fault(unavailable);
	for (let hour = 0; hour < 30; hour += 1) {
		await readBack(bench);
		bench.clock.advance(HOUR);
	}
	const during = await happened(bench, job);

	bench.airtable.fault(null);
	await readBack(bench);

	expect(during).not.toContain("kept");
	expect((await happened(bench, job)).at(-1)).toBe("kept");
	expect(bench.said("drain paused")).toHaveLength(1);
	expect(bench.said("drain resumed")).toHaveLength(1);
});

test("a read-back is no recorded request", async () => {
	const bench = await setUp();
	await closeOne(bench);
	const recorded = () => request(bench.url).get("/debug/webhooks");

	const waiting = await recorded();
	await readBack(bench);
	const retried = await recorded();
	await bench.airtable.fetchAttachments();
	await readBack(bench);
	const ended = await recorded();

	for (const { body } of [waiting, retried, ended])
		expect(body.items).toMatchObject([{ task: "outcome", status: "done" }]);
});

test("webhooks that only confirm do not have it read back more often", async () => {
	const bench = await setUp();
	const job = await closeOne(bench);
	const url = bench.spaces.put(job.file, 10);
	const body = composeSuccess(job.id, job.ncaJobId, url);
	for (const run_time of [1, 2, 3])
		await post(bench, `job_id=${job.id}`, { ...body, run_time });
	await bench.drain.once();
	newCalls(bench);

	await readBack(bench);
	const calls = newCalls(bench);
	await bench.airtable.fetchAttachments();
	await readBack(bench);

	expect(calls).toEqual(READ_BACK);
	expect((await happened(bench, job)).filter((one) => one === "kept")).toEqual([
		"kept",
	]);
});
