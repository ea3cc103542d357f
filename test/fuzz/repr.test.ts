import fc from "fast-check";
import { expect, test } from "vitest";
import { asJob } from "../../src/airtable/job-record.ts";
import { parseRepr } from "../../src/airtable/repr.ts";
import { type Python, pythonValues, repr, told } from "./python.ts";
import { isLinear, runs } from "./runs.ts";
import { mutated, texts } from "./texts.ts";

const dicts: fc.Arbitrary<Python> = fc
	.array(fc.tuple(fc.string({ unit: "binary" }), pythonValues), {
		maxLength: 6,
	})
	.map((entries) => ({ kind: "dict", entries: [...new Map(entries)] }));

test("of a dict that Python wrote, every entry is read that can be, as it was, and no other", () => {
	fc.assert(
		fc.property(dicts, (dict) => {
			expect(parseRepr(repr(dict))).toEqual(told(dict));
		}),
		runs(600),
	);
});

test("no text makes it throw, and what it reads of one is a value", () => {
	const near = mutated(dicts.map(repr), ["None", "{", "'rec", "\\x", "b'"]);
	fc.assert(
		fc.property(fc.oneof(near, texts(["{'", "': ", "[", "("])), (text) => {
			const read = parseRepr(text);

			const isValue =
				read === undefined ||
				read === null ||
				["string", "number", "boolean"].includes(typeof read) ||
				Array.isArray(read) ||
				read instanceof Map;
			expect(isValue).toBe(true);
		}),
		runs(600),
	);
});

test("a record whose payload is anything at all names a target of the right form, or none", () => {
	const near = mutated(
		dicts
			.map(repr)
			.map((text) => text.replace("{", "{'segment_id': 'recAAAAAAAAAAAAAA', ")),
		["segment_id", "recBBBBBBBBBBBBBB"],
	);
	fc.assert(
		fc.property(near, (payload) => {
			const createdTime = "2026-11-23T12:00:00.000Z";
			const fields = { Type: "combine", "Request Payload": payload };
			const job = asJob({ id: "rec0", createdTime, fields });

			expect(job.targetFor("combine") ?? "recNONE").toMatch(
				/^rec[A-Za-z0-9]{4,32}$/,
			);
		}),
		runs(300),
	);
});

test.each([
	["brackets", "["],
	["dicts", "{'a':"],
	["dicts whose entry cannot be read", "{'a': x, "],
	["entries that cannot be read", "{'a': b'x', "],
	["quotes", "'"],
	["both quotes", "'\""],
	["backslashes", "'\\"],
	["escapes", "\\x41"],
	["digits", "1"],
	["spaces", " "],
	["calls", "f("],
	["words", "None, "],
	["keys that cannot be read", "{b'a': 1, "],
])("its time grows with the length of the text: %s", (_what, piece) => {
	const of = (size: number, before: string) =>
		before + piece.repeat(Math.ceil(size / piece.length));

	expect(isLinear(4_000, (size) => void parseRepr(of(size, "")))).toBe(true);
	expect(isLinear(4_000, (size) => void parseRepr(of(size, "{'k': ")))).toBe(
		true,
	);
});
