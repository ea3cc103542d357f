import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	asClosedRun,
	type ClosedRun,
	closedRunText,
} from "../../src/airtable/closed-run.ts";
import { ncaJobId } from "../inbox/entries.ts";
import { START } from "../set-up.ts";

const RUN = ncaJobId("4d5c1b0e-7f3a-4c2e-9a6b-000000000001");

const closed = (more: Partial<ClosedRun> = {}): ClosedRun => ({
	outcome: "completed",
	via: "webhook",
	ncaJobId: RUN,
	urls: ["https://files.example/b/a.mp4"],
	reason: "",
	at: START,
	...more,
});

/** As it stands in a record. */
const written = (more: Record<string, unknown> = {}) => ({
	...JSON.parse(closedRunText(closed())),
	...more,
});

const anyClosed: fc.Arbitrary<ClosedRun> = fc.record({
	outcome: fc.constantFrom("completed", "failed"),
	via: fc.constantFrom("webhook", "polling", "nca_status", "manual", "timeout"),
	ncaJobId: fc.constantFrom(RUN, null),
	urls: fc.array(fc.webUrl(), { maxLength: 3 }),
	reason: fc.string(),
	at: fc
		.date({
			min: new Date("1990-01-01"),
			max: new Date("2100-01-01"),
			noInvalidDate: true,
		})
		.map(Number),
});

test("how a job was closed is kept in the contract's words", () => {
	const text = closedRunText(
		closed({
			urls: ["https://f.example/b/a.mp4", "https://f.example/b/b.mp4"],
		}),
	);

	expect(JSON.parse(text)).toEqual({
		outcome: "completed",
		via: "webhook",
		nca_job_id: RUN,
		output_url: "https://f.example/b/a.mp4",
		output_urls: ["https://f.example/b/a.mp4", "https://f.example/b/b.mp4"],
		settled_at: "2026-11-23T12:00:00.000Z",
	});
});

test("a job without a file has none", () => {
	expect(JSON.parse(closedRunText(closed({ urls: [] })))).toMatchObject({
		output_url: null,
		output_urls: [],
	});
});

test("what was written is read back as it was", () => {
	fc.assert(
		fc.property(anyClosed, (one) => {
			const reason = one.outcome === "failed" ? one.reason : "";
			expect(asClosedRun(closedRunText(one), one.reason)).toEqual({
				...one,
				reason,
			});
		}),
	);
});

test("a person may have added to it", () => {
	const text = JSON.stringify(written({ seen_by: "me" }), null, 2);

	expect(asClosedRun(text, "")).toEqual(closed());
});

describe("it is not ours", () => {
	test.each([
		["nothing", ""],
		["text", "completed"],
		["a Python dict", "{'outcome': 'completed', 'via': 'webhook'}"],
		["Python's None", "None"],
		["NCA's own body", '{"code":200,"job_id":"a","response":"https://f/a"}'],
		["a list of one", JSON.stringify([written()])],
		["a text of it", JSON.stringify(JSON.stringify(written()))],
		["nested too deep", `{"a":${"[".repeat(100_000)}`],
		["with another outcome", JSON.stringify(written({ outcome: "done" }))],
		["learnt otherwise", JSON.stringify(written({ via: "goapi" }))],
		["with an id of a number", JSON.stringify(written({ nca_job_id: 7 }))],
		["without an id", JSON.stringify(written({ nca_job_id: undefined }))],
		["with one URL for many", JSON.stringify(written({ output_urls: "a" }))],
		["with odd URLs", JSON.stringify(written({ output_urls: [null] }))],
		[
			"with a day for a time",
			JSON.stringify(written({ settled_at: "2026-11-23" })),
		],
		[
			"with a number for a time",
			JSON.stringify(written({ settled_at: START })),
		],
		[
			"with a time that is none",
			JSON.stringify(written({ settled_at: "2026-13-23T12:00:00Z" })),
		],
	])("%s", (_what, text) => {
		expect(asClosedRun(text, "a reason")).toBeNull();
	});

	test("cut short, wherever it is cut", () => {
		const text = closedRunText(closed());

		for (let end = 0; end < text.length; end += 1)
			expect(asClosedRun(text.slice(0, end), "")).toBeNull();
	});

	test("with any of its values of another kind", () => {
		const keys = Object.keys(written()).filter((key) => key !== "output_url");
		const odd = fc.jsonValue().filter((one) => {
			const isList = Array.isArray(one);
			return typeof one !== "string" && one !== null && !isList;
		});
		fc.assert(
			fc.property(fc.constantFrom(...keys), odd, (key, value) => {
				const text = JSON.stringify(written({ [key]: value }));
				expect(asClosedRun(text, "")).toBeNull();
			}),
		);
	});
});

test("whatever stands there, it is read without a fault, and what is read makes sense", () => {
	const almost = fc
		.record(
			{
				outcome: fc.oneof(fc.constant("failed"), fc.jsonValue()),
				via: fc.oneof(fc.constant("manual"), fc.jsonValue()),
				nca_job_id: fc.oneof(fc.constant(null), fc.jsonValue()),
				output_urls: fc.oneof(fc.constant([]), fc.jsonValue()),
				settled_at: fc.oneof(
					fc
						.tuple(fc.nat(9999), fc.nat(13), fc.nat(32), fc.nat(25), fc.nat(61))
						.map(([year, month, day, hour, minute]) => {
							const two = (part: number) => String(part).padStart(2, "0");
							const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
							return `${date}T${two(hour)}:${two(minute)}:00Z`;
						}),
					fc.jsonValue(),
				),
			},
			{ requiredKeys: [] },
		)
		.map((value) => JSON.stringify(value));
	const anything = fc.oneof(fc.string(), fc.json(), almost);

	fc.assert(
		fc.property(anything, fc.string(), (text, details) => {
			const read = asClosedRun(text, details);
			if (read !== null) {
				expect(Number.isSafeInteger(read.at)).toBe(true);
				expect(read.reason).toBe(read.outcome === "failed" ? details : "");
			}
		}),
		{ numRuns: 2000 },
	);
});
