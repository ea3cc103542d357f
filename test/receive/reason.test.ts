import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tidyReason } from "../../src/receive/reason.ts";

describe("a reason holds nothing that opens a door", () => {
	test.each([
		[
			"a signed URL",
			"from 'https://files.example/a.mp3?X-Signature=abc&Expires=1':",
			"from 'https://files.example/a.mp3':",
		],
		[
			"several",
			"http://a.example/x?k=1 and HTTPS://b.example/y?k=2",
			"http://a.example/x and HTTPS://b.example/y",
		],
		["a URL without a query", "at https://a.example/x/y.mp4", undefined],
		["a question", "What happened? Nobody knows", undefined],
	])("%s", (_what, text, tidy = text) => {
		expect(tidyReason(text)).toBe(tidy);
	});
});

describe("a reason says nothing of NCA's own disk", () => {
	test.each([
		["'/var/nca/4b1f6a0e.mp4':", "'4b1f6a0e.mp4':"],
		["open /tmp/a-b/c_d/e.f.mp4 failed", "open e.f.mp4 failed"],
		["(/home/nca@1/out.mp4)", "(out.mp4)"],
		["30/60 frames, and/or 1/2", "30/60 frames, and/or 1/2"],
	])("%s", (text, tidy) => {
		expect(tidyReason(text)).toBe(tidy);
	});
});

test("control characters, and those that turn the text around, are left out", () => {
	const text =
		"\u0000bad\u0007 \u202Eemoc\u2066tuo\u200B\uFEFF\u001B[31m\r\n\tend";

	expect(tidyReason(text)).toBe("bad emoctuo[31m\n\tend");
});

test("letters of any script are kept", () => {
	expect(tidyReason("Fehler: «größe» 不明 🎬")).toBe("Fehler: «größe» 不明 🎬");
});

describe("of a long reason the end is kept, which says what went wrong", () => {
	test("to the character", () => {
		const words = "abcd ".repeat(1000);

		expect(tidyReason(`${words}Filter not found`)).toBe(
			`${words}Filter not found`.slice(-2000),
		);
	});

	test("also where far more was said than is read", () => {
		const text = `${"configuration: --enable-gpl\n".repeat(40_000)}Conversion failed!`;

		const tidy = tidyReason(text);

		expect(tidy).toHaveLength(2000);
		expect(tidy).toMatch(/Conversion failed!$/);
	});

	test("one word without an end is not shown, but that it was said is", () => {
		expect(tidyReason("x".repeat(7000))).toBe("(one word of 7000 characters)");
	});

	test("and a URL that the cut falls into shows no part of its query", () => {
		const url = `https://files.example/a.mp3?X-Signature=${"0123456789".repeat(700)}`;

		expect(tidyReason(`${url} not found`)).toBe("not found");
	});
});

test.each(["http://", "http://a?", "/a", "/a/", "?", "\u202E", "<'\"> "])(
	"1 MiB of %j is no burden",
	(part) => {
		const text = part.repeat((1024 * 1024) / part.length);

		expect(tidyReason(text).length).toBeLessThanOrEqual(2000);
	},
);

test("whatever was said, a reason is at most 2,000 characters and holds no query", () => {
	const said = fc.array(
		fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true })),
		{ minLength: 40, maxLength: 120 },
	);

	fc.assert(
		fc.property(said, (parts) => {
			const tidy = tidyReason(parts.join(" "));

			expect(tidy.length).toBeLessThanOrEqual(2000);
			expect(tidy).not.toMatch(/https?:\/\/[^\s'"<>?]*\?/i);
		}),
		{ numRuns: 25 },
	);
});

test("half a character is cut off, not sent", () => {
	expect(tidyReason(`😀${"b".repeat(1999)}`)).toBe("b".repeat(1999));
});

test("an invisible character hides no URL's query", () => {
	expect(tidyReason("https\u200b://h/a?X-Signature=abc")).toBe("https://h/a");
});

test("a user and password in an URL are left out", () => {
	expect(tidyReason("from 'https://user:pw@h/a.mp4'")).toBe(
		"from 'https://h/a.mp4'",
	);
});
