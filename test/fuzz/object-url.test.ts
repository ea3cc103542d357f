import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { asNcaJobId } from "../../src/job.ts";
import { bears, createLocate } from "../../src/probe/object.ts";
import { createHeads } from "../../src/probe/spaces.ts";
import { startSpaces } from "../../src/sandbox/spaces.ts";
import { runs } from "./runs.ts";
import { mutated, texts } from "./texts.ts";

const BASES = [
	"https://phi-bucket.nyc3.digitaloceanspaces.com/phi-bucket",
	"https://cdn.example:8443",
	"HTTPS://Bücher.example/a%20b/c",
	"http://127.0.0.1:9000/bucket",
];
const locate = createLocate(BASES);

const WORDS = [
	...BASES,
	"https://",
	"http://",
	"//",
	"\\\\",
	"/..",
	"/.",
	"/%2e%2e/",
	"%252e%252e%252f",
	"user:pw@",
	"@evil.example",
	":443",
	":80",
	"evil.example",
	"xn--bcher-kva.example",
	"phi-bucket",
	"ｐhi-bucket",
	"digitaloceanspaces。com",
	"run_output_0.mp4",
	"?X-Amz-Signature=a",
	"#a",
	"javascript:",
	"file://",
];
const NAMES = [
	"run_output_0.mp4",
	"a b.mp4",
	"%2e%2e",
	"é.mp4",
	"..mp4",
	"a%2Fb",
	"a%252Fb",
	"..",
	".",
	"",
	"...",
	"%00",
	"a%0ab",
	"%E2%80%AEgp4.exe",
	"%ED%A0%80",
	"+",
	"a;b=c,d",
];
const honest = fc
	.tuple(fc.constantFrom(...BASES), fc.constantFrom(...NAMES))
	.map((parts) => parts.join("/"));
const urls = fc.oneof(
	mutated(honest, WORDS),
	texts(WORDS),
	fc.webUrl({ withFragments: true, withQueryParameters: true }),
);

test("an URL that is believed is one object of ours, whatever was sent: our origin, our path and one segment more", () => {
	fc.assert(
		fc.property(urls, (text) => {
			const object = locate(text);

			if (object === null) return;
			const { name, url } = object;
			const base = BASES.find(
				(one) => url === `${one}/${encodeURIComponent(name)}`,
			);
			expect(base).toBeDefined();
			const [asked, ours, sent] = [
				new URL(url),
				new URL(`${base}/`),
				new URL(text),
			];
			expect(asked.origin).toBe(ours.origin);
			expect(asked.pathname.slice(0, ours.pathname.length)).toBe(ours.pathname);
			const segment = asked.pathname.slice(ours.pathname.length);
			expect(decodeURIComponent(segment)).toBe(name);
			expect(segment).not.toContain("/");
			expect(
				[asked.username, asked.password, asked.search, asked.hash].join(""),
			).toBe("");
			expect(name).not.toMatch(/[/\\\p{C}]|^\.*$/u);
			// It is what anyone else would take it for, too.
			expect(sent.origin).toBe(ours.origin);
			expect(decodeURIComponent(sent.pathname)).toBe(
				decodeURIComponent(asked.pathname),
			);
			expect(
				[sent.username, sent.password, sent.search, sent.hash].join(""),
			).toBe("");
		}),
		runs(2000),
	);
});

test("every object that NCA can name is found again by its URL", () => {
	const names = fc
		.oneof(
			fc.string({ unit: "grapheme", minLength: 1 }),
			texts(["run_output_0.mp4"]),
		)
		.filter((name) => name.isWellFormed() && !/[/\\\p{C}]|^\.*$/u.test(name));
	fc.assert(
		fc.property(fc.constantFrom(...BASES), names, (base, name) => {
			const url = `${base}/${encodeURIComponent(name)}`;

			expect(locate(url)).toMatchObject({ name });
		}),
		runs(500),
	);
});

test("where one is asked for, it is asked for as just that: nothing on the way makes another of it", async () => {
	const spaces = await startSpaces();
	onTestFinished(spaces.close);
	const ours = createLocate([spaces.base]);
	const head = createHeads({ deadlineMs: 5_000, most: 4 })();
	const sent = fc.oneof(
		texts(["a.mp4", "..", "%2e"], 6).map((name) => `${spaces.base}/${name}`),
		texts(["a.mp4", "..", "%2e"], 6)
			.filter((name) => name.isWellFormed())
			.map((name) => `${spaces.base}/${encodeURIComponent(name)}`),
	);
	await fc.assert(
		fc.asyncProperty(sent, async (text) => {
			const object = ours(text);
			if (object === null) return;
			spaces.put(object.name, 7);

			expect(await head(object)).toMatchObject({ kind: "found", size: 7 });
			expect(spaces.heads.at(-1)).toBe(object.name);
		}),
		runs(100, 0.1),
	);
});

test("a name bears an id only where the id ends there", () => {
	fc.assert(
		fc.property(
			fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{1,20}$/),
			texts(["_output_0.mp4", ".mp4"], 3),
			(text, rest) => {
				const id = asNcaJobId(text);
				if (id === null) throw new Error("an id of the right form");

				expect(bears(`${id}${rest}`, id)).toBe(!/^[A-Za-z0-9-]/.test(rest));
			},
		),
		runs(300),
	);
});

test("whatever is taken for an id is plain", () => {
	fc.assert(
		fc.property(
			fc.oneof(
				texts(["rec", "recAAAAAAAAAAAAAA", "sync-", "4d5c1b0e"]),
				fc.jsonValue(),
			),
			(value) => {
				const id = asNcaJobId(value);

				expect(id === null || (id === value && /^[\w-]{2,64}$/.test(id))).toBe(
					true,
				);
			},
		),
		runs(500),
	);
});
