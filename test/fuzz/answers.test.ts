import express from "express";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { asClosedRun } from "../../src/airtable/closed-run.ts";
import { asJob, asSeen, JOB_FIELDS } from "../../src/airtable/job-record.ts";
import { asTarget } from "../../src/airtable/target-record.ts";
import { asNcaJobId, asRecordId } from "../../src/job.ts";
import { operations } from "../../src/operations.ts";
import { createAskNca } from "../../src/probe/nca.ts";
import { serve } from "../../src/sandbox/serve.ts";
import { runs } from "./runs.ts";
import { mutated, texts } from "./texts.ts";

const REC = "recAAAAAAAAAAAAAA";
const RUN = "4d5c1b0e-7f3a-4c2e-9a6b-000000000001";
const NAMES = [...JOB_FIELDS, "Video", "Voiceover + Video"];
const closed = JSON.stringify({
	outcome: "completed",
	via: "webhook",
	nca_job_id: RUN,
	output_url: null,
	output_urls: [],
	settled_at: "2026-11-23T12:00:00.000Z",
});
const cell = fc.oneof(
	texts(
		[
			REC,
			"combine",
			"final",
			"None",
			"https://h/webhooks/nca-toolkit?operation=combine&target_id=recAAAAAAAAAAAAAA",
		],
		4,
	),
	mutated(
		fc.constantFrom(
			closed,
			`{'segment_id': '${REC}'}`,
			`{"video_id": "${REC}"}`,
		),
		[REC, "null"],
	),
	fc.constantFrom<unknown>(
		[REC],
		[REC, REC],
		[{ filename: "a.mp4", size: 7 }],
		[{ filename: 7 }],
		[null],
		{ error: "#ERROR!" },
		{ specialValue: "NaN" },
		true,
		7,
	),
	fc.jsonValue(),
);
const records = fc.record({
	id: fc.constant(REC),
	createdTime: fc.constant("2026-11-23T12:00:00.000Z"),
	fields: fc.dictionary(
		fc.oneof(fc.constantFrom(...NAMES), texts(NAMES, 2)),
		cell,
		{ maxKeys: 8, noNullPrototype: true },
	),
});

test("a record whose fields hold anything at all is read as a job of the forms that are relied on", () => {
	fc.assert(
		fc.property(records, (record) => {
			const job = asJob(record);

			for (const name of Object.keys(
				operations,
			) as (keyof typeof operations)[]) {
				const target = job.targetFor(name);
				expect(target).toBe(target === null ? null : asRecordId(target));
			}
			expect(["ours", "foreign", "unclear"]).toContain(job.owner);
			expect([null, "other", ...Object.keys(operations)]).toContain(
				job.operation,
			);
			for (const text of [
				job.status,
				job.notes,
				job.errorDetails,
				job.ncaJobId ?? "",
			])
				expect(text).toBeTypeOf("string");
			expect(asSeen(job).createdAt).toBe(Date.parse(record.createdTime));
			if (job.closed) expect(Number.isSafeInteger(job.closed.at)).toBe(true);
		}),
		runs(600),
	);
});

test("an attachment field that holds anything but nothing is not taken for empty", () => {
	fc.assert(
		fc.property(
			records,
			fc.constantFrom("Video", "Voiceover + Video"),
			(record, field) => {
				const held = asTarget(record).attachments(field);

				const value = record.fields[field] ?? [];
				const isEmpty = Array.isArray(value) && value.length === 0;
				expect(held.length === 0).toBe(isEmpty);
				for (const { filename } of held) expect(filename).toBeTypeOf("string");
			},
		),
		runs(500),
	);
});

test("how a job was closed is read from nothing but what was written so", () => {
	fc.assert(
		fc.property(
			mutated(fc.constant(closed), ["null", RUN, "timeout", "failed"]),
			(text) => {
				const run = asClosedRun(text, "why");

				if (run)
					expect(JSON.parse(text)).toMatchObject({
						outcome: run.outcome,
						via: run.via,
						nca_job_id: run.ncaJobId,
						output_urls: run.urls,
					});
			},
		),
		runs(500),
	);
});

const id = asNcaJobId(RUN);
if (id === null) throw new Error("an id of the right form");
const status = (job_status: string, response: unknown) =>
	JSON.stringify({
		code: 200,
		job_id: "q",
		response: { job_id: RUN, job_status, response },
	});
const honest = fc.constantFrom(
	status("done", { code: 200, job_id: RUN, response: "https://h/a" }),
	status("done", { code: 200, job_id: RUN }).replace(RUN, "another-run"),
	status("queued", null),
	status("running", {}),
	status("submitted", {}),
	status("failed", { run_time: "NaN" }).replace('"NaN"', "NaN"),
	'{"message":{"error":"Job not found"}}',
	'{"code":500,"message":{}}',
);
const said = fc.oneof(
	honest,
	mutated(honest, ["NaN", "Infinity", RUN, '"job_status":"done"']),
	texts(["{", "}", RUN]),
	fc.json(),
);

test("whatever NCA answers, it is an end, a state or unknown; of another job nothing is believed", async () => {
	let answer = { status: 200, text: "" };
	const app = express();
	app.use((_req, res) => void res.status(answer.status).send(answer.text));
	const stand = await serve(app);
	onTestFinished(stand.close);
	let time = 0;
	const ask = createAskNca({
		baseUrl: stand.url,
		apiKey: "key",
		deadlineMs: 10_000,
		monotonic: () => time,
	});

	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(200, 200, 200, 200, 201, 404, 429, 500, 503),
			said,
			async (code, text) => {
				answer = { status: code, text };
				time += 3_600_000;

				const told = await ask(id);

				expect([
					"ended",
					"queued",
					"running",
					"lost",
					"unreadable",
					"unknown",
				]).toContain(told.kind);
				if (
					told.kind === "ended" ||
					told.kind === "queued" ||
					told.kind === "running"
				) {
					expect(code).toBe(200);
					const strict = text
						.replace(/^\ufeff/, "")
						.replace(/NaN|-?Infinity/g, "null");
					expect(JSON.parse(strict).response.job_id).toBe(RUN);
				}
				if (told.kind === "lost" && code !== 200) expect(code).toBe(404);
				if (told.kind === "unreadable") expect(code).toBe(500);
			},
		),
		runs(300, 0.1),
	);
});
