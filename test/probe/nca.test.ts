import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { composeFailure, composeSuccess } from "../bodies.ts";
import {
	asking,
	JOB,
	KEY,
	refusal,
	reply,
	startToolkit,
	state,
} from "./toolkit.ts";

const DONE = composeSuccess("recA", JOB, "https://files.example/a.mp4");
const FAILED = composeFailure("recA", JOB);
const FULL = {
	code: 429,
	job_id: JOB,
	message: "MAX_QUEUE_LENGTH (3) reached",
};
const NOT_STARTED = {
	code: 500,
	id: "recA",
	job_id: JOB,
	message: "GCP Cloud Run Job trigger failed: denied",
};
const NOT_FOUND = { error: "Job not found", job_id: JOB };

test("a question is one POST with the key and the job's id, in NCA's own words", async () => {
	const toolkit = await startToolkit(reply(200, state("running")));

	await asking(toolkit)();

	const path = "/v1/toolkit/job/status";
	expect(toolkit.asked).toEqual([
		{ method: "POST", path, key: KEY, body: JSON.stringify({ job_id: JOB }) },
	]);
});

describe("NCA's word of a job is understood", () => {
	test.each([
		["it waits", state("queued"), { kind: "queued" }],
		["it runs", state("running"), { kind: "running" }],
		["it is done", state("done", DONE), { kind: "ended", body: DONE }],
		["it failed", state("done", FAILED), { kind: "ended", body: FAILED }],
		["the queue was full", state("done", FULL), { kind: "ended", body: FULL }],
		[
			"Cloud Run did not start it",
			state("failed", NOT_STARTED),
			{ kind: "ended", body: NOT_STARTED },
		],
		[
			"Cloud Run has it",
			state("submitted"),
			{ kind: "lost", why: "NCA handed it to Cloud Run" },
		],
	])("%s", async (_what, body, answer) => {
		const toolkit = await startToolkit(reply(200, body));

		expect(await asking(toolkit)()).toEqual(answer);
	});

	test.each([
		["as the code has it", refusal(404, NOT_FOUND)],
		["as its documentation has it", { error: "Job not found" }],
	])("it does not know it: %s", async (_what, body) => {
		const toolkit = await startToolkit(reply(404, body));

		const answer = await asking(toolkit)();

		expect(answer).toEqual({ kind: "lost", why: "NCA does not know it" });
	});

	test("its file cannot be read, be it caught half-written or never finished", async () => {
		const error = "Failed to retrieve job status: Expecting value: line 1";
		const toolkit = await startToolkit(reply(500, refusal(500, { error })));

		const answer = await asking(toolkit)();

		expect(answer).toEqual({ kind: "unreadable" });
	});

	test("numbers that are none, as Python writes them, are read as nothing", async () => {
		const body = '[NaN, {"a": -Infinity , "b":Infinity}, "NaN", "a: NaN"]';
		const text = JSON.stringify(state("done", "HERE"));
		const toolkit = await startToolkit(
			reply(200, text.replace('"HERE"', `{"code": 200, "response": ${body}}`)),
		);

		const answer = await asking(toolkit)();

		const response = [null, { a: null, b: null }, "NaN", "a: NaN"];
		expect(answer).toEqual({ kind: "ended", body: { code: 200, response } });
	});
});

test("a long body is read as long as it is a job's", async () => {
	const message = "x".repeat(1024 * 1024);
	const body = { ...FAILED, message };
	const toolkit = await startToolkit(reply(200, state("done", body)));

	expect(await asking(toolkit)()).toEqual({ kind: "ended", body });
});

test.each([
	["refused", reply(401, { message: `no such key: ${KEY}` })],
	["sent elsewhere", reply(302, KEY, { Location: `/?key=${KEY}` })],
	["answered by a page", reply(500, `<html>${KEY}</html>`)],
	["not found", reply(404, { error: `no job for ${KEY}` })],
	["cut", (res: ServerResponse) => void res.destroy()],
])(
	"the key is in no word of ours: a question that is %s",
	async (_what, answers) => {
		const toolkit = await startToolkit(answers);

		const answer = await asking(toolkit)();

		expect(toolkit.asked).toMatchObject([{ key: KEY }]);
		expect(JSON.stringify(answer)).not.toContain(KEY);
	},
);
