import fc from "fast-check";
import { expect, test } from "vitest";
import {
	createdBefore,
	either,
	equals,
	isRecord,
	literal,
} from "../../src/airtable/formula.ts";
import { compileFormula } from "../../src/sandbox/formula.ts";
import { START } from "../set-up.ts";

type Fields = Record<string, unknown>;
const record = (fields: Fields, id = "rec1", time = START) => ({
	id,
	createdTime: new Date(time).toISOString(),
	fields,
});

const HOSTILE = [
	"it's",
	"'",
	"\\",
	"\\'",
	"\\\\'",
	"ends in \\",
	"') , NOT(",
	"',{Status}='completed",
	"{Status}",
	'"double"',
];

test.each(HOSTILE)("%j stays a text, and that text alone", (text) => {
	const matches = compileFormula(equals("External Job ID", text));

	expect(matches(record({ "External Job ID": text }))).toBe(true);
	expect(matches(record({ "External Job ID": "other" }))).toBe(false);
	expect(matches(record({ Status: "completed" }))).toBe(false);
});

test("whatever a text holds, its literal is that text", () => {
	const unit = fc.constantFrom("'", "\\", "{", "}", ")", ",", "=", "a", " ");

	fc.assert(
		fc.property(fc.string({ unit }), (text) => {
			const same = compileFormula(`{F}=${literal(text)}`);

			expect(same(record({ F: text }))).toBe(true);
			expect(same(record({ F: `${text}a` }))).toBe(false);
		}),
	);
});

test("a field is one of several values", () => {
	const matches = compileFormula(
		either([equals("Status", "processing"), equals("Status", "webhook_error")]),
	);

	expect(matches(record({ Status: "processing" }))).toBe(true);
	expect(matches(record({ Status: "webhook_error" }))).toBe(true);
	expect(matches(record({ Status: "completed" }))).toBe(false);
	expect(matches(record({}))).toBe(false);
});

test("records are found by their ids", () => {
	const matches = compileFormula(either([isRecord("rec1"), isRecord("rec2")]));

	expect(matches(record({}, "rec2"))).toBe(true);
	expect(matches(record({}, "rec3"))).toBe(false);
});

test("a record is old when it was made before the time, not at it", () => {
	const isOld = compileFormula(createdBefore(START));

	expect(isOld(record({}, "rec1", START - 1))).toBe(true);
	expect(isOld(record({}, "rec1", START))).toBe(false);
});
