import fc from "fast-check";
import type { Literal } from "../../src/airtable/repr.ts";

/** What the engine may have in a request, and some of what it should not. */
export type Python =
	| { kind: "none" | "nan" | "inf" | "-inf" }
	| { kind: "bool"; value: boolean }
	| { kind: "int"; digits: string }
	| { kind: "float"; value: number }
	| { kind: "str"; value: string }
	| { kind: "list" | "tuple"; items: Python[] }
	| { kind: "dict"; entries: [string, Python][] }
	/** What is no literal of those that are read: its text. */
	| { kind: "other"; text: string };

const strings = fc.oneof(
	fc.string({ unit: "binary" }),
	fc.string({ unit: fc.constantFrom(..."'\"\\\n\r\t\0a{}[](),: é\u2028😀") }),
);

const others = fc.oneof(
	strings.map((text) => `b${quoted(text.replace(/[^\x20-\x7e]/g, ""))}`),
	fc.array(fc.nat(9), { minLength: 1 }).map((all) => `{${all.join(", ")}}`),
	fc.constantFrom(
		"set()",
		"frozenset({1, 2})",
		"datetime.datetime(2026, 11, 23, 12, 0)",
		"Decimal('1.5')",
		"<Record rec0>",
		"2j",
		"(1+2j)",
		"...",
		"Ellipsis",
		"range(0, 3)",
		"array('i', [1, 2])",
		"OrderedDict([('a', 1)])",
		"PosixPath('/tmp/a')",
	),
);

export const { value: pythonValues } = fc.letrec<{ value: Python }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 4, depthSize: "small" },
		strings.map((value): Python => ({ kind: "str", value })),
		fc.constantFrom<Python>(
			{ kind: "none" },
			{ kind: "nan" },
			{ kind: "inf" },
			{ kind: "-inf" },
		),
		fc.boolean().map((value): Python => ({ kind: "bool", value })),
		fc
			.bigInt({ min: -(10n ** 60n), max: 10n ** 60n })
			.map((value): Python => ({ kind: "int", digits: `${value}` })),
		fc
			.double({ noNaN: true, noDefaultInfinity: true })
			.map((value): Python => ({ kind: "float", value })),
		others.map((text): Python => ({ kind: "other", text })),
		fc.record<Python & { kind: "list" | "tuple" }>({
			kind: fc.constantFrom("list", "tuple"),
			items: fc.array(tie("value"), { maxLength: 4 }),
		}),
		fc
			.array(fc.tuple(strings, tie("value")), { maxLength: 4 })
			.map(
				(entries): Python => ({ kind: "dict", entries: [...new Map(entries)] }),
			),
	),
}));

/** As Python's `repr` writes it. */
export function repr(value: Python): string {
	switch (value.kind) {
		case "none":
			return "None";
		case "bool":
			return value.value ? "True" : "False";
		case "int":
			return value.digits;
		case "float":
			return decimal(value.value);
		case "str":
			return quoted(value.value);
		case "list":
			return `[${value.items.map(repr).join(", ")}]`;
		case "tuple":
			return value.items.length === 1
				? `(${value.items.map(repr)},)`
				: `(${value.items.map(repr).join(", ")})`;
		case "dict":
			return `{${value.entries.map(([key, one]) => `${quoted(key)}: ${repr(one)}`).join(", ")}}`;
		case "other":
			return value.text;
		default:
			return value.kind;
	}
}

/** What is to be read of it; undefined where it, or a part that cannot be left out, is no literal. */
export function told(value: Python): Literal | undefined {
	switch (value.kind) {
		case "none":
			return null;
		case "nan":
			return Number.NaN;
		case "inf":
			return Number.POSITIVE_INFINITY;
		case "-inf":
			return Number.NEGATIVE_INFINITY;
		case "bool":
		case "str":
		case "float":
			return value.value;
		case "int":
			return Number(value.digits);
		case "list":
		case "tuple": {
			const items = value.items.map(told);
			return items.every((item) => item !== undefined) ? items : undefined;
		}
		case "dict":
			return new Map(
				value.entries.flatMap(([key, one]): [string, Literal][] => {
					const read = told(one);
					return read === undefined ? [] : [[key, read]];
				}),
			);
		case "other":
			return undefined;
	}
}

function decimal(value: number): string {
	if (Object.is(value, -0)) return "-0.0";
	const text = String(value);
	return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Python prefers single quotes, and escapes what is not to be seen. */
function quoted(text: string): string {
	const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
	const named: Record<string, string> = {
		"\n": "\\n",
		"\r": "\\r",
		"\t": "\\t",
	};
	const inner = [...text].map((char) => {
		if (char === "\\" || char === quote) return `\\${char}`;
		if (named[char] !== undefined) return named[char];
		if (!/[\p{C}\p{Z}]/u.test(char) || char === " ") return char;
		const code = char.codePointAt(0) ?? 0;
		const hex = code.toString(16);
		if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
		return code < 0x10000
			? `\\u${hex.padStart(4, "0")}`
			: `\\U${hex.padStart(8, "0")}`;
	});
	return `${quote}${inner.join("")}${quote}`;
}
