import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createAdmit, type Incoming } from "../../src/receive/admit.ts";
import { readWebhook } from "../../src/receive/read.ts";
import * as bodies from "../bodies.ts";
import { runs } from "./runs.ts";
import { mutated, texts } from "./texts.ts";

const JOB = "recAAAAAAAAAAAAAA";
const RUN = "4d5c1b0e-7f3a-4c2e-9a6b-000000000001";
const FILE = `https://spaces.example/bucket/${RUN}_output_0.mp4`;
const admit = createAdmit({
	secrets: [],
	isOurFile: (url) => url.startsWith("https://spaces.example/bucket/"),
});

const real = fc
	.constantFrom<unknown>(
		bodies.composeSuccess(JOB, RUN, FILE),
		bodies.composeSuccess(null, RUN, FILE),
		bodies.concatenateSuccess(JOB, RUN, FILE),
		bodies.composeFailure(JOB, RUN),
		bodies.captionFailure(JOB, RUN),
		bodies.cloudRunSecondFailure(JOB, RUN),
		{ status: "completed", output_url: FILE, id: JOB },
	)
	.map((body) => JSON.stringify(body));
const WORDS = [
	'"code":200,',
	'"code":1e999,',
	'"id":null,',
	'"__proto__":{"isAdmin":true},',
	'"constructor":{"prototype":{"isAdmin":true}},',
	'"test":true,',
	"9".repeat(400),
	"-0",
	"NaN",
	"\\ud800",
	"\\u0000",
	"{",
	"[",
	FILE,
	JOB,
];
const written = fc.oneof(
	{ weight: 4, arbitrary: mutated(real, WORDS) },
	{ weight: 1, arbitrary: fc.json() },
	{ weight: 1, arbitrary: texts(WORDS) },
);
/** As bytes of some encoding, with some that are of none. */
const sent = fc.oneof(
	{ weight: 6, arbitrary: written.map((text) => Buffer.from(text)) },
	written.map((text) => Buffer.from(`\ufeff${text}`)),
	written.map((text) => Buffer.from(text, "utf16le")),
	written.map((text) => Buffer.from(`\ufeff${text}`, "utf16le")),
	written.map((text) => Buffer.from(text, "latin1")),
	fc
		.tuple(written, fc.uint8Array({ maxLength: 6 }), fc.nat(400))
		.map(([text, bytes, at]) => {
			const whole = Buffer.from(text);
			return Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at)]);
		}),
	fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);

function incoming(bytes: Buffer, query = ""): Incoming {
	const body = { kind: "whole", bytes } as const;
	return {
		method: "POST",
		query,
		body,
		contentEncoding: undefined,
		signature: undefined,
	};
}

const PARKED = ["not an object", "no verdict", "foreign file", "no usable id"];

test("any bytes at all are accepted, parked, a test or no JSON, each for what the contract says, and are kept as they came", () => {
	fc.assert(
		fc.property(
			sent,
			fc.constantFrom("", `job_id=${JOB}`, "job_id=x"),
			(bytes, query) => {
				const { state, status, reason, reading, ...kept } = admit(
					incoming(bytes, query),
				);

				const value = json(
					new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
				);
				expect(kept.bytes).toBe(bytes);
				expect(kept.proof).toBe("none");
				if (value === undefined)
					expect([state, status]).toEqual(["refused", 400]);
				else if (isTest(value))
					expect([state, status, reason]).toEqual(["test", 200, null]);
				else if (state === "parked") {
					expect(status).toBe(202);
					expect(PARKED).toContain(reason);
					expect(reason === "not an object").toBe(
						Array.isArray(value) || typeof value !== "object" || value === null,
					);
				} else {
					expect([state, status, reason]).toEqual(["accepted", 200, null]);
					expect(reading?.jobId ?? reading?.ncaJobId).toBeTruthy();
					expect(reading?.verdict.kind).not.toBe("none");
				}
				expect(Object.keys(Object.prototype)).toEqual([]);
				expect(reading ?? {}).not.toHaveProperty("isAdmin");
			},
		),
		runs(1000),
	);
});

test("what is read of any object is of the forms that the rest of the program relies on", () => {
	const keys =
		"code id job_id response message status error endpoint run_time queue_time test output_url __proto__".split(
			" ",
		);
	const fields = fc.dictionary(
		fc.oneof(fc.constantFrom(...keys), texts(keys, 2)),
		fc.oneof(
			fc.constantFrom<unknown>(
				200,
				"200",
				500,
				JOB,
				RUN,
				FILE,
				[FILE],
				1e308,
				-1,
			),
			texts([FILE]),
			fc.jsonValue(),
		),
		{ noNullPrototype: true },
	);
	fc.assert(
		fc.property(
			fields,
			texts(["job_id=", JOB, "&", "operation="]),
			(body, query) => {
				const reading = readWebhook(query, body);

				for (const id of [
					reading.jobId,
					reading.bodyId,
					reading.queryJobId,
					...Object.values(reading.targets),
				])
					expect(id ?? "recNONE").toMatch(/^rec[A-Za-z0-9]{4,32}$/);
				expect(reading.ncaJobId ?? "none").toMatch(/^[A-Za-z0-9][\w-]{1,63}$/);
				expect(reading.endpoint?.length ?? 0).toBeLessThanOrEqual(64);
				expect(reading.workSeconds ?? 0).toBeGreaterThanOrEqual(0);
				expect(reading.workSeconds ?? 0).toBeLessThan(Number.POSITIVE_INFINITY);
				const { verdict } = reading;
				if (verdict.kind === "completed")
					for (const url of verdict.urls) expect(url).toBeTypeOf("string");
				if (verdict.kind !== "failed") return;
				expect(verdict.reason).toMatch(/^[^\p{C}]([^\p{C}]|[\n\t])*$/u);
				expect(verdict.reason.length).toBeLessThanOrEqual(2000);
			},
		),
		runs(1000),
	);
});

describe("what is deep, long or many is no burden", () => {
	const deep = (open: string, inner: string, close: string, times: number) =>
		open.repeat(times) + inner + close.repeat(times);
	test.each([
		["100,000 lists", deep("[", "", "]", 100_000), 202],
		["100,000 lists without an end", "[".repeat(100_000), 400],
		["100,000 objects", deep('{"a":', "1", "}", 100_000), 202],
		[
			"100,000 objects in a response",
			`{"code":200,"id":"${JOB}","response":${deep('{"a":', "1", "}", 100_000)}}`,
			200,
		],
		[
			"100,000 lists in a response",
			`{"code":200,"id":"${JOB}","response":${deep("[", `"${FILE}"`, "]", 100_000)}}`,
			200,
		],
		[
			"100,000 objects in a message",
			`{"code":500,"id":"${JOB}","message":${deep('{"error":', '"x"', "}", 100_000)}}`,
			200,
		],
		[
			"a number of a million digits",
			`{"code":500,"id":"${JOB}","run_time":${"9".repeat(1_000_000)}}`,
			200,
		],
		[
			"50,000 keys",
			`{${Array.from({ length: 50_000 }, (_, n) => `"k${n}":${n},`).join("")}"code":500,"id":"${JOB}"}`,
			200,
		],
		[
			"one key 50,000 times",
			`{${'"id":null,'.repeat(50_000)}"code":500,"id":"${JOB}"}`,
			200,
		],
		[
			"10,000 URLs",
			JSON.stringify({
				code: 200,
				id: JOB,
				response: Array.from({ length: 10_000 }, (_, n) => `${FILE}${n}`),
			}),
			200,
		],
	])("%s", (_what, text, status) => {
		const admission = admit(incoming(Buffer.from(text)));

		expect(admission.status).toBe(status);
		if (admission.reading?.verdict.kind === "failed")
			expect(admission.reading.verdict.reason).toBeTruthy();
	});
});

function json(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isTest(value: unknown): boolean {
	return (
		typeof value === "object" &&
		value !== null &&
		Object.getOwnPropertyDescriptor(value, "test")?.value === true
	);
}
