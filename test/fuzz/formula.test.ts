import fc from "fast-check";
import { expect, test } from "vitest";
import {
	either,
	equals,
	isRecord,
	literal,
} from "../../src/airtable/formula.ts";
import { runs } from "./runs.ts";
import { texts } from "./texts.ts";

/** Airtable's own reading of a formula, as far as it matters here: which parts are text, and which are formula. */
function partsOf(formula: string): { code: string; literals: string[] } {
	const literals: string[] = [];
	let code = "";
	for (let at = 0; at < formula.length; at += 1) {
		const quote = formula[at];
		if (quote !== "'" && quote !== '"') {
			code += quote;
			continue;
		}
		let text = "";
		for (at += 1; formula[at] !== quote; at += 1) {
			if (at >= formula.length) throw new Error("a text without an end");
			if (formula[at] === "\\") at += 1;
			text += formula[at];
		}
		literals.push(text);
		code += "?";
	}
	return { code, literals };
}

const hostile = texts(
	[
		"'",
		"\\",
		"\\'",
		"''",
		'"',
		"',{Status}='",
		"') ,NOT(",
		"RECORD_ID()",
		"{",
		"}",
	],
	10,
);

test("whatever is compared with stays text: of the formula nothing is changed by it", () => {
	fc.assert(
		fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (values) => {
			const formula = either(
				values.flatMap((value) => [equals("Status", value), isRecord(value)]),
			);

			const { code, literals } = partsOf(formula);
			const pairs = values.map(() => "{Status}=?,RECORD_ID()=?").join(",");
			expect(code).toBe(`OR(${pairs})`);
			expect(literals).toEqual(values.flatMap((value) => [value, value]));
		}),
		runs(500),
	);
});

test("a text of no end but the one it is given", () => {
	fc.assert(
		fc.property(hostile, hostile, (one, other) => {
			expect(partsOf(literal(one) + literal(other)).literals).toEqual([
				one,
				other,
			]);
		}),
		runs(300),
	);
});
