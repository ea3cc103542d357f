import fc from "fast-check";

/** Characters that some parser somewhere takes for more than themselves. */
const MARKS = [
	..."\"'\\/%&=?#;:,.+@<>[](){}|^`~$!*- \t\r\n\0",
	"\u001b[31m",
	"\u007f",
	"\u0085",
	"\u00a0",
	"\u200b",
	"\u202e",
	"\u2028",
	"\ufeff",
	"\ud800",
	"\udfff",
	"é",
	"e\u0301",
	"ｅ",
	"😀",
	"__proto__",
	"constructor",
	"%",
	"%0",
	"%00",
	"%0a",
	"%25",
	"%2e",
	"%2F",
	"%5c",
	"%c3%28",
	"%zz",
	"%F0%9F%98%80",
];

/** Text in which such characters are many, with the words that are given. */
export function texts(
	words: readonly string[] = [],
	maxLength = 12,
): fc.Arbitrary<string> {
	const one = fc.oneof(
		fc.constantFrom(...MARKS),
		...(words.length > 0 ? [fc.constantFrom(...words)] : []),
		fc.string({ unit: "binary", maxLength: 3 }),
	);
	return fc
		.oneof(
			{ weight: 4, arbitrary: fc.array(one, { maxLength }) },
			{ weight: 1, arbitrary: fc.array(fc.string(), { maxLength: 3 }) },
		)
		.map((parts) => parts.join(""));
}

/** The text with some of its parts cut out, doubled, replaced or put elsewhere. */
export function mutated(
	originals: fc.Arbitrary<string>,
	words: readonly string[] = [],
): fc.Arbitrary<string> {
	const change = fc.record({
		at: fc.double({ min: 0, max: 1, noNaN: true }),
		length: fc.nat(6),
		put: fc.oneof(texts(words, 3), fc.constant(""), fc.constant(null)),
	});
	return fc
		.tuple(originals, fc.array(change, { maxLength: 4 }))
		.map(([original, changes]) => {
			let text = original;
			for (const { at, length, put } of changes) {
				const from = Math.floor(at * text.length);
				const piece = text.slice(from, from + length);
				text =
					text.slice(0, from) +
					(put ?? piece + piece) +
					text.slice(from + length);
			}
			return text;
		});
}
