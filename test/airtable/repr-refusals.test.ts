import fc from "fast-check";
import { expect, test } from "vitest";
import { type Literal, parseRepr } from "../../src/airtable/repr.ts";

test.each([
	"",
	"   ",
	"'no end",
	'"no end',
	"'no end\\",
	"'mixed\"",
	"[1, 2",
	"(1, 2",
	"{'a': 1",
	"{'a'",
	"{'a':}",
	"{'a' 1}",
	"[,]",
	"(,)",
	"{,}",
	"[1 2]",
	"[1]]",
	"1 2",
	"'a' 'b'",
	"--1",
	"1_000",
	"2j",
	"{1, 2}",
	"set()",
	"frozenset({1})",
	"datetime(2026, 11, 23, 12, 0)",
	"<Record object at 0x7f>",
	"b'bytes'",
	"Nonesuch",
	"null",
	"true",
	"...",
	"}{",
])("%j is not read", (text) => {
	expect(parseRepr(text)).toBeUndefined();
});

test("an escape that names no character is not read", () => {
	for (const code of ["\\x4", "\\xzz", "\\u12", "\\U0011ffff", "\\x 1"]) {
		expect(parseRepr(`'${code}'`)).toBeUndefined();
	}
});

test("60,000 brackets are not read, and break nothing", () => {
	for (const bracket of ["[", "(", "{", "{'a':", "[(", "[{1:"]) {
		expect(parseRepr(bracket.repeat(60_000))).toBeUndefined();
	}
	const nested = "[".repeat(60_000) + "]".repeat(60_000);
	expect(parseRepr(nested)).toBeUndefined();
});

test("no text makes it throw", () => {
	const mark = fc.constantFrom(
		..."[](){}'\",:\\ \n.-+eE0xuU19",
		"None",
		"True",
		"nan",
		"\\x",
		"\\U0010",
		"rec",
	);
	const text = fc.oneof(
		fc.string({ unit: "binary" }),
		fc.array(mark, { maxLength: 40 }).map((marks) => marks.join("")),
	);

	fc.assert(fc.property(text, (some) => void parseRepr(some)));
});

test("what Python writes is read back as it was", () => {
	fc.assert(
		fc.property(literals, (literal) => {
			expect(parseRepr(repr(literal))).toEqual(literal);
		}),
	);
});

const { literals } = fc.letrec<{ literals: Literal }>((tie) => ({
	literals: fc.oneof(
		{ maxDepth: 4 },
		fc.string({ unit: "grapheme" }),
		fc.string({ unit: fc.constantFrom("'", '"', "\\", "\n", "\0", "a") }),
		fc.integer(),
		fc.double({ noNaN: true }),
		fc.boolean(),
		fc.constant(null),
		fc.array(tie("literals"), { maxLength: 4 }),
		fc
			.array(fc.tuple(fc.string(), tie("literals")), { maxLength: 4 })
			.map((entries) => new Map(entries)),
	),
}));

/** As Python's `repr` writes it. */
function repr(literal: Literal): string {
	if (literal === null) return "None";
	if (typeof literal === "boolean") return literal ? "True" : "False";
	if (typeof literal === "string") return quoted(literal);
	if (typeof literal === "number") return decimal(literal);
	if (Array.isArray(literal)) return `[${literal.map(repr).join(", ")}]`;
	const entries = [...literal].map(([key, value]) => [
		quoted(key),
		repr(value),
	]);
	return `{${entries.map((entry) => entry.join(": ")).join(", ")}}`;
}

function decimal(value: number): string {
	if (Object.is(value, -0)) return "-0.0";
	return Number.isFinite(value)
		? String(value)
		: String(value).replace("Infinity", "inf");
}

/** Python prefers single quotes, and doubles where the text holds single ones alone. */
function quoted(text: string): string {
	const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
	const inner = [...text].map((char) => {
		if (char === "\\" || char === quote) return `\\${char}`;
		if (char === "\n") return "\\n";
		return char < " " ? `\\x${hex(char).padStart(2, "0")}` : char;
	});
	return `${quote}${inner.join("")}${quote}`;
}

function hex(char: string): string {
	return char.charCodeAt(0).toString(16);
}
