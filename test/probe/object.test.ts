import { describe, expect, test } from "vitest";
import { createLocate, objectAt } from "../../src/probe/object.ts";

const locate = (bases: readonly string[], text: string) =>
	createLocate(bases)(text);

const BASE = "https://phi-bucket.nyc3.digitaloceanspaces.com/phi-bucket";

describe("an URL of ours is read as its object", () => {
	test.each([
		["a compose output", "0b7c1f6e_output_0.mp4", "0b7c1f6e_output_0.mp4"],
		["an escaped blank", "my%20film.mp4", "my film.mp4"],
		["escaped letters", "gr%C3%B6%C3%9Fe.mp4", "größe.mp4"],
		[
			"characters that may stand as they are",
			"a(1)+b,c;d=e@f!~.mp4",
			"a(1)+b,c;d=e@f!~.mp4",
		],
		["an escape of an escape", "a%252Fb.mp4", "a%2Fb.mp4"],
		["a name that begins with dots", "..a.mp4", "..a.mp4"],
		["a name of letters, digits and hyphens", "A-1_b.mp4", "A-1_b.mp4"],
	])("%s", (_what, segment, name) => {
		expect(locate([BASE], `${BASE}/${segment}`)?.name).toBe(name);
	});
});

test.each([
	["R2, of its public host", "https://pub-0a1b2c.r2.dev"],
	["R2, of a domain of one's own", "https://media.example.com"],
	["MinIO, the bucket in the path", "http://minio.internal:9000/phi-bucket"],
	[
		"S3, the bucket in the host",
		"https://phi-bucket.s3.eu-west-1.amazonaws.com",
	],
	["a folder of a bucket", "https://media.example.com/nca/out"],
])(
	"beside Spaces another store is believed, by its URL alone: %s",
	(_what, other) => {
		const bases = [BASE, other];

		expect(locate(bases, `${other}/a.mp4`)).toEqual(objectAt(other, "a.mp4"));
		expect(locate(bases, `${BASE}/a.mp4`)).toEqual(objectAt(BASE, "a.mp4"));
		expect(locate([BASE], `${other}/a.mp4`)).toBeNull();
	},
);

test.each([
	["another host", "https://example.com/phi-bucket/a.mp4"],
	["a host that ends like ours", `https://x.${BASE.slice(8)}/a.mp4`],
	[
		"a host that begins like ours",
		"https://phi-bucket.nyc3.digitaloceanspaces.com.example.com/phi-bucket/a.mp4",
	],
	[
		"ours as a user of another",
		"https://phi-bucket.nyc3.digitaloceanspaces.com@example.com/phi-bucket/a.mp4",
	],
	["a user", BASE.replace("://", "://user:password@").concat("/a.mp4")],
	["another scheme", BASE.replace("https", "http").concat("/a.mp4")],
	["another port", BASE.replace(".com", ".com:8443").concat("/a.mp4")],
	["the bucket once", BASE.replace(/\/phi-bucket$/, "/a.mp4")],
	["a lookalike prefix", `${BASE}x/a.mp4`],
	["two segments", `${BASE}/a/b.mp4`],
	["an empty segment", `${BASE}//a.mp4`],
	["a folder", `${BASE}/a/`],
	["no name", `${BASE}/`],
	["the base alone", BASE],
	["one dot", `${BASE}/.`],
	["two dots", `${BASE}/..`],
	["three dots", `${BASE}/...`],
	["escaped dots", `${BASE}/%2E%2e`],
	["a way up", `${BASE}/../a.mp4`],
	["an escaped slash", `${BASE}/a%2fb.mp4`],
	["a backslash", `${BASE}/a\\b.mp4`],
	["an escaped backslash", `${BASE}/a%5Cb.mp4`],
	["an escaped null", `${BASE}/a%00.mp4`],
	["an escaped line end", `${BASE}/a%0D%0Ab.mp4`],
	["a character that turns the name around", `${BASE}/a%E2%80%AE4pm.exe`],
	["a query", `${BASE}/a.mp4?x=1`],
	["an empty query", `${BASE}/a.mp4?`],
	["a fragment", `${BASE}/a.mp4#t=1`],
	["an escape that means nothing", `${BASE}/a%zz.mp4`],
	["bytes that are no text", `${BASE}/a%FF.mp4`],
	["letters that are not escaped", `${BASE}/größe.mp4`],
	["a blank", `${BASE}/a b.mp4`],
	["a line end at its end", `${BASE}/a.mp4\n`],
	["no URL", "a.mp4"],
	["nothing", ""],
])("an URL is not ours: %s", (_what, url) => {
	expect(locate([BASE], url)).toBeNull();
});

test("each of several bases is believed, and the object stands under its own", () => {
	const bases = ["https://a.example/one", "https://b.example"];

	expect(locate(bases, "https://b.example/x.mp4")?.url).toBe(
		"https://b.example/x.mp4",
	);
	expect(locate(bases, "https://a.example/one/x.mp4")?.url).toBe(
		"https://a.example/one/x.mp4",
	);
	expect(locate(bases, "https://a.example/x.mp4")).toBeNull();
});

test.each([
	["the outer one first", ["https://a.example", "https://a.example/one"]],
	["the inner one first", ["https://a.example/one", "https://a.example"]],
])("of bases within each other, both are believed: %s", (_order, bases) => {
	const within = locate(bases, "https://a.example/one/x.mp4");
	const without = locate(bases, "https://a.example/x.mp4");

	expect(within?.name).toBe("x.mp4");
	expect(without?.name).toBe("x.mp4");
});

test("the origin is the parsed one: capitals and its own port say nothing else", () => {
	const url = BASE.replace(".com/", ".COM:443/").replace("https", "HTTPS");

	expect(locate([BASE], `${url}/a.mp4`)?.url).toBe(`${BASE}/a.mp4`);
});

test("without a base nothing is ours", () => {
	expect(locate([], `${BASE}/a.mp4`)).toBeNull();
});

test("what is asked for is rebuilt from the name, its odd characters escaped", () => {
	const { url } = objectAt(BASE, "a b?c#d/e%.mp4");

	expect(url).toBe(`${BASE}/a%20b%3Fc%23d%2Fe%25.mp4`);
	expect(locate([BASE], `${BASE}/a%3Fb.mp4`)).toEqual({
		name: "a?b.mp4",
		url: `${BASE}/a%3Fb.mp4`,
	});
});
