import { describe, expect, test } from "vitest";
import { readWebhook } from "../../src/receive/read.ts";
import {
	captionFailure,
	cloudRunSecondFailure,
	composeFailure,
	composeSuccess,
	concatenateSuccess,
} from "../bodies.ts";
import { JOB, RUN } from "./send.ts";

const FILE = "https://space.example/bucket/a_output_0.mp4";
const OTHER = "https://space.example/bucket/a_output_1.mp4";

const verdictOf = (body: Record<string, unknown>) =>
	readWebhook("", body).verdict;

describe("a success is read with its files", () => {
	test.each([
		["compose's list", composeSuccess(JOB, RUN, FILE), [FILE]],
		["concatenate's text", concatenateSuccess(JOB, RUN, FILE), [FILE]],
		[
			"several outputs, in their order",
			{ code: 200, response: [{ file_url: OTHER }, { file_url: FILE }] },
			[OTHER, FILE],
		],
		[
			"the same file twice, once",
			{ code: 200, response: [{ file_url: FILE }, { url: FILE }] },
			[FILE],
		],
		["a list of texts", { code: 200, response: [FILE, OTHER] }, [FILE, OTHER]],
		["an object", { code: 200, response: { file_url: FILE } }, [FILE]],
		[
			"a download",
			{ code: 200, response: { media: { media_url: FILE, title: "A" } } },
			[FILE],
		],
		["`url` in the response", { code: 200, response: { url: FILE } }, [FILE]],
		["an old build's words", { status: "completed", output_url: FILE }, [FILE]],
		["a word in capitals", { status: "SUCCESS", output_url: FILE }, [FILE]],
		["a file and no word", { output_url: FILE }, [FILE]],
		["a code as text", { code: "200", response: FILE }, [FILE]],
	])("%s", (_shape, body, urls) => {
		expect(verdictOf(body)).toEqual({ kind: "completed", urls });
	});
});

describe("a success without a file has none made up for it", () => {
	test.each([
		["nothing", null],
		["a transcript", "and then they lived happily ever after"],
		["a transcript that names its speaker", "Narrator: once upon a time"],
		["the id of a file elsewhere", "1a2B3c4D5e6F7g8H9i0J"],
		["no silence", []],
		[
			"silences",
			[{ start: "00:00:01.000", end: "00:00:02.000", duration: 1.0 }],
		],
		["a program's output", { result: 4, stdout: "", stderr: "", exit_code: 0 }],
		["an empty name", { file_url: "" }],
		["a file that is no text", { file_url: { href: FILE } }],
		["a number", 7],
	])("%s", (_shape, response) => {
		expect(verdictOf({ code: 200, response })).toEqual({
			kind: "completed",
			urls: [],
		});
	});
});

describe("a failure is read with its reason", () => {
	const reason = (text: string) => ({ kind: "failed", reason: text });

	test.each([
		["a text", { code: 500, message: "Disk full" }, "Disk full"],
		[
			"an object",
			captionFailure(JOB, RUN),
			"Font 'Example Sans' not available.",
		],
		["a text in `error`", { code: 408, error: "Timed out" }, "Timed out"],
		[
			"an object in `error`",
			{ code: 500, message: "Failed", error: { message: "No memory" } },
			"Failed: No memory",
		],
		["an old build's word", { status: "failed", error: "Why" }, "Why"],
		["none", { code: 500, response: null }, "NCA gave no reason"],
	])("%s", (_shape, body, said) => {
		expect(verdictOf(body)).toEqual(reason(said));
	});

	test("ffmpeg's complaint keeps its end and loses folders and signatures", () => {
		const verdict = verdictOf(composeFailure(JOB, RUN));

		expect(verdict).toMatchObject({
			kind: "failed",
			reason: expect.stringMatching(/Filter not found$/),
		});
		expect(JSON.stringify(verdict)).not.toMatch(/\/var\/nca|X-Signature/);
	});

	test("Cloud Run's second body says why the first one did", () => {
		const verdict = verdictOf(cloudRunSecondFailure(JOB, RUN));

		expect(verdict).toMatchObject({
			kind: "failed",
			reason: expect.stringMatching(/^Job failed with status 500: FFmpeg/),
		});
	});
});

test("the code is believed before the status, and before a file", () => {
	const failed = { code: 500, status: "completed", output_url: FILE };
	const completed = { code: 200, status: "failed", output_url: FILE };

	expect(verdictOf(failed).kind).toBe("failed");
	expect(verdictOf(completed).kind).toBe("completed");
});

test.each([
	["queued", { code: 202, message: "processing", response: null }],
	["queued, with a file", { code: 202, response: "https://h/a.mp4" }],
	["a code that is none", { code: true, output_url: "https://h/a.mp4" }],
	["another success", { code: 201 }],
	["a redirect", { code: 302 }],
	["a status that says neither", { status: "running" }],
	["words of another type", { code: true, status: 200 }],
	["nothing", {}],
])(
	"what says neither success nor failure has no verdict: %s",
	(_what, body) => {
		expect(verdictOf(body)).toEqual({ kind: "none" });
	},
);
