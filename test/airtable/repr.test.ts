import { expect, test } from "vitest";
import { type Literal, parseRepr } from "../../src/airtable/repr.ts";

/** A dict's entries as an object, for a glance at it. */
const dict = (text: string) => {
	const literal = parseRepr(text);
	return literal instanceof Map ? Object.fromEntries(literal) : literal;
};

test("a text is read in either quotes", () => {
	expect(parseRepr(`'it is "so"'`)).toBe('it is "so"');
	expect(parseRepr(`"it's so"`)).toBe("it's so");
	expect(parseRepr(String.raw`'it\'s \"so\"'`)).toBe(`it's "so"`);
	expect(parseRepr("''")).toBe("");
});

test("escapes are read as Python means them", () => {
	expect(parseRepr(String.raw`'a\n\r\t\a\b\f\v\\z'`)).toBe(
		"a\n\r\t\x07\b\f\v\\z",
	);
	expect(parseRepr(String.raw`'caf\xe9 \u2013 \U0001f600'`)).toBe(
		"café – \u{1f600}",
	);
	expect(parseRepr(String.raw`'\d+'`)).toBe(String.raw`\d+`);
	expect(parseRepr("'one\\\nline'")).toBe("oneline");
});

test.each([
	["0", 0],
	["42", 42],
	["-7", -7],
	["3.25", 3.25],
	["-0.5", -0.5],
	[".5", 0.5],
	["1.", 1],
	["1e-07", 1e-7],
	["1.5E+20", 1.5e20],
	["inf", Number.POSITIVE_INFINITY],
	["-inf", Number.NEGATIVE_INFINITY],
	["nan", Number.NaN],
	["True", true],
	["False", false],
	["None", null],
])("%s is read", (text, value) => {
	expect(parseRepr(text)).toBe(value);
});

test("lists and tuples are read, however they are nested", () => {
	expect(parseRepr("[]")).toEqual([]);
	expect(parseRepr("[1, [2, ['three']], None]")).toEqual([
		1,
		[2, ["three"]],
		null,
	]);
	expect(parseRepr("()")).toEqual([]);
	expect(parseRepr("(1,)")).toEqual([1]);
	expect(parseRepr("(1, 'a')")).toEqual([1, "a"]);
});

test("brackets around one value are no tuple", () => {
	expect(parseRepr("(1)")).toBe(1);
	expect(parseRepr("((None))")).toBe(null);
	expect(parseRepr("([1])")).toEqual([1]);
});

test("a dict is read by its keys, which become texts", () => {
	expect(dict("{}")).toEqual({});
	expect(dict("{'a': 1, \"b\": {'c': ()}}")).toEqual({
		a: 1,
		b: new Map([["c", []]]),
	});
	expect(dict("{1: 'one'}")).toEqual({ "1": "one" });
	expect(dict("{'__proto__': 1, 'a': 1, 'a': 2}")).toHaveProperty("a", 2);
});

test("commas at the end and spaces between change nothing", () => {
	expect(parseRepr(" [ 1 , 2 , ] ")).toEqual([1, 2]);
	expect(dict("\n{ 'a' : 1 , }\n")).toEqual({ a: 1 });
	expect(parseRepr("( 1 , 2 , )")).toEqual([1, 2]);
});

test("a request as the engine keeps it is read", () => {
	const text =
		"{'segment_id': 'rec0000000000001', 'record_id': None, 'inputs': " +
		"[{'file_url': 'https://files.example/a.mp4'}], 'metadata': {'size': True}}";

	expect(dict(text)).toMatchObject({
		segment_id: "rec0000000000001",
		record_id: null,
	});
});

test.each([
	"datetime.datetime(2026, 11, 23, 12, 0)",
	"Decimal('1.5')",
	"{1, 2}",
	"b'it\\'s'",
	"<Record at 0x7f>",
	"[1, object()]",
	"'a' 'b'",
	"1_000",
	`${"[".repeat(300)}${"]".repeat(300)}`,
])("of a dict with %s in it the rest is read", (odd) => {
	const read = parseRepr(`{'a': 'x', 'odd': ${odd}, 'b': [{'c': None}]}`);

	expect(read).toEqual(
		new Map<string, Literal>([
			["a", "x"],
			["b", [new Map([["c", null]])]],
		]),
	);
});
