import fc from "fast-check";
import { expect, test } from "vitest";
import { loggable, redact, redactText } from "../../src/receive/redact.ts";
import { isLinear, runs } from "./runs.ts";
import { texts } from "./texts.ts";

const CANARY = "cAnArY";
const names = fc.constantFrom(
	..."token access_token Authorization X-NCA-Signature api_key apiKey password client_secret Cookie Set-Cookie credentials X-API-Key".split(
		" ",
	),
);
/** A secret can hold anything, such as a base64 its `=`, `/` and `+`, and a sentence its spaces. */
const secrets = fc
	.tuple(texts([], 3), texts([], 3))
	.map(([before, after]) => `${before}${CANARY}${after}`.toWellFormed());
const around = texts(["a=1", "see ", '"b":2,'], 3).filter(
	(text) => !/["'\\]/.test(text),
);

/** The ways in which a secret is written down beside its name. */
const SPELLINGS: Record<string, (name: string, secret: string) => string> = {
	json: (name, secret) => JSON.stringify({ [name]: secret, a: 1 }),
	"json, spaced": (name, secret) =>
		JSON.stringify({ a: 1, [name]: secret }, null, 2),
	"json, in a list": (name, secret) =>
		JSON.stringify({ [name]: ["x]", secret] }),
	"json, deep below": (name, secret) =>
		JSON.stringify({ [name]: { a: { b: "}" }, c: [secret] } }),
	"json in json": (name, secret) =>
		JSON.stringify({ data: JSON.stringify({ [name]: secret }) }),
	"json in json in json": (name, secret) =>
		JSON.stringify([JSON.stringify([JSON.stringify({ [name]: secret })])]),
	"json, its name escaped": (name, secret) =>
		JSON.stringify({ [name]: secret }).replace(name, (text) =>
			text.replace(/[a-z]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`),
		),
	"json, broken off": (name, secret) =>
		`{"a":{"${name}":${JSON.stringify(secret).slice(0, -1)}`,
	query: (name, secret) => `a=1&${name}=${encodeURIComponent(secret)}&b=2`,
	form: (name, secret) =>
		new URLSearchParams({ a: "1", [name]: secret, b: "2" }).toString(),
	"query, its name escaped": (name, secret) =>
		`a=1&${[...name].map((one) => `%${one.charCodeAt(0).toString(16)}`).join("")}=${encodeURIComponent(secret)}`,
	"query in a query": (name, secret) =>
		`next=${encodeURIComponent(`/x?${name}=${encodeURIComponent(secret)}`)}&b=2`,
	"query of an URL": (_name, secret) =>
		`see https://h.example/a?sig=${encodeURIComponent(secret)} for more`,
	"user of an URL": (_name, secret) =>
		`see https://user:${encodeURIComponent(secret)}@h.example/a for more`,
	"URL in json": (_name, secret) =>
		JSON.stringify({
			url: `https://h.example/a?sig=${encodeURIComponent(secret)}`,
		}).replaceAll("/", "\\/"),
	"URL in a query": (_name, secret) =>
		`url=${encodeURIComponent(`https://h.example/a?sig=${encodeURIComponent(secret)}`)}`,
	header: (name, secret) =>
		`GET / HTTP/1.1\r\n${name}: ${secret.replace(/[\r\n]/g, "")}\r\nAccept: */*`,
	"header, Bearer": (name, secret) =>
		`${name}: Bearer ${secret.replace(/[\r\n]/g, "")}`,
	python: (name, secret) =>
		`{'a': 1, '${name}': '${secret.replace(/['\\\n\r]/g, "")}'}`,
};

test.each(Object.entries(SPELLINGS))(
	"a secret is not shown: %s",
	(_how, spell) => {
		fc.assert(
			fc.property(
				names,
				secrets,
				around,
				around,
				(name, secret, before, after) => {
					const text = `${before} ${spell(name, secret)}`;

					expect(redactText(text)).not.toContain(CANARY);
					expect(loggable(Buffer.from(`${text} ${after}`))).not.toContain(
						CANARY,
					);
				},
			),
			runs(60, 0.2),
		);
	},
);

test("what is redacted once is not changed by it again", () => {
	const text = fc.oneof(
		texts([
			"token=",
			'"token":',
			"token: ",
			"https://",
			"%3D",
			"[redacted]",
			'"',
			"\\",
		]),
		fc
			.tuple(names, secrets, fc.constantFrom(...Object.values(SPELLINGS)))
			.map(([name, secret, spell]) => spell(name, secret)),
	);
	fc.assert(
		fc.property(text, (given) => {
			const once = redactText(given);

			expect(redactText(once)).toBe(once);
		}),
		runs(600),
	);
});

test("any value is redacted to one of the same shape, which JSON can hold", () => {
	fc.assert(
		fc.property(fc.jsonValue(), (value) => {
			const shown = JSON.parse(JSON.stringify(redact(value)));

			expect(Array.isArray(shown)).toBe(Array.isArray(value));
			expect(shown === null ? null : typeof shown).toBe(
				value === null ? null : typeof value,
			);
		}),
		runs(300),
	);
});

test.each([
	"key-",
	"key",
	'"token',
	'"token":',
	'"token":"',
	'"token":"\\\\',
	'"token":[',
	'"token":{',
	"token=",
	"token%3D",
	"token:",
	"http://",
	"https%3A",
	"http://a@",
	"https:\\/\\/",
	"%3F",
	"\\",
	'\\"',
	" ",
	"%74",
	"\\u0074",
	"'token': '",
])("its time grows with the length of the text: %j", (piece) => {
	const of = (size: number, before: string) =>
		before + piece.repeat(Math.ceil(size / piece.length));

	for (const before of ["", '{"token":"', "token=", "https://h/a"])
		expect(isLinear(4_000, (size) => void redactText(of(size, before)))).toBe(
			true,
		);
});

test("values as deep as a body's beginning can hold them are redacted", () => {
	const text = "[".repeat(2048) + "]".repeat(2048);

	expect(JSON.stringify(redact(JSON.parse(text)))).toBe(text);
});
