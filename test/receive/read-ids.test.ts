import { describe, expect, test } from "vitest";
import { parseObject, readWebhook } from "../../src/receive/read.ts";
import { cloudRunSecondFailure, composeSuccess } from "../bodies.ts";
import { JOB, RUN } from "./send.ts";

const OTHER = "recBBBBBBBBBBBBBB";

describe("which job a webhook speaks of", () => {
	test("the query's job before the body's, and both are told", () => {
		const reading = readWebhook(`job_id=${OTHER}`, { id: JOB, job_id: RUN });

		expect(reading).toMatchObject({
			jobId: OTHER,
			queryJobId: OTHER,
			bodyId: JOB,
			ncaJobId: RUN,
		});
	});

	test("the body's where the query has none", () => {
		const reading = readWebhook("operation=combine", { id: JOB });

		expect(reading).toMatchObject({ jobId: JOB, queryJobId: null });
	});

	test("none where NCA was given none; its own id remains", () => {
		const reading = readWebhook("", composeSuccess(null, RUN, "https://a/b"));

		expect(reading).toMatchObject({
			jobId: null,
			bodyId: null,
			ncaJobId: RUN,
		});
	});

	test("Cloud Run's second body names the run inside `error`", () => {
		const reading = readWebhook("", cloudRunSecondFailure(JOB, RUN));

		expect(reading).toMatchObject({ jobId: JOB, ncaJobId: RUN });
	});

	test.each([
		["an object", { id: JOB }],
		["a list", [JOB]],
		["a number", 1234567890],
		["a path", `../${JOB}`],
		["a formula", `${JOB}'), TRUE(), ('`],
		["a line end", `${JOB}\n`],
		["too long a text", `rec${"A".repeat(100)}`],
		["an empty text", ""],
	])("what is no id is none: %s", (_what, id) => {
		const reading = readWebhook("", { id, job_id: id });

		expect(reading).toMatchObject({ jobId: null, bodyId: null });
		expect(reading.ncaJobId).not.toEqual(id);
	});
});

describe("the query counts where it says one thing", () => {
	test("operation and targets are read", () => {
		const query = `operation=image_zoom&target_id=${JOB}&video_id=${OTHER}`;

		expect(readWebhook(query, {})).toMatchObject({
			operation: "image_zoom",
			targets: { target_id: JOB, video_id: OTHER },
		});
	});

	test("of a parameter that comes twice, neither counts", () => {
		const twice = ["job_id", "operation", "target_id", "video_id"].map(
			(name) => `${name}=${JOB}&${name}=${JOB}`,
		);

		expect(readWebhook(twice.join("&"), {})).toMatchObject({
			jobId: null,
			operation: null,
			targets: { target_id: null, video_id: null },
		});
	});

	test("a Python dict in `video_id` is no target", () => {
		const dict = encodeURIComponent(`{'id': '${JOB}', 'url': 'https://a/b'}`);

		const reading = readWebhook(`video_id=${dict}`, {});

		expect(reading.targets.video_id).toBeNull();
	});

	test("escapes that mean nothing are no reason to fail", () => {
		expect(() => readWebhook("job_id=%zz&operation=%ff&=&&", {})).not.toThrow();
	});
});

test("`__proto__` in a body is a key like any other", () => {
	const text = `{"__proto__":{"code":200,"id":"${JOB}","test":true}}`;

	const parsed = parseObject(Buffer.from(text));
	const reading = parsed.kind === "object" && readWebhook("", parsed.fields);

	expect(reading).toMatchObject({
		verdict: { kind: "none" },
		jobId: null,
		isTest: false,
	});
	expect({}).not.toHaveProperty("code");
});

test.each([
	[true, true],
	["true", false],
	[1, false],
	[undefined, false],
])("a test says so with `true` alone, not %j", (value, isTest) => {
	expect(readWebhook("", { test: value }).isTest).toBe(isTest);
});
