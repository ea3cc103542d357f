import type { ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Finding } from "../../../src/commands/doctor/check.ts";
import { examineSpaces } from "../../../src/commands/doctor/spaces.ts";
import { createHttp, type Http } from "../../../src/probe/http.ts";
import { startSpaces } from "../../../src/sandbox/spaces.ts";
import { startBucket } from "../../probe/bucket.ts";

const FILE = "4d5c1b0e_output_0.mp4";
/** So long that no machine is slow enough for it. */
const http = createHttp(60_000);

async function bucket(options = {}) {
	const spaces = await startSpaces(options);
	onTestFinished(spaces.close);
	return spaces;
}

const examine = (bases: string[], object: string | null = null, ask = http) =>
	examineSpaces({ config: { SPACES_BASE_URL: bases }, object, http: ask });

const of = (findings: Finding[], check: string) =>
	findings.filter((finding) => finding.check === check);

test("a bucket that is well is found so, by HEADs alone", async () => {
	const methods: string[] = [];
	const spaces = await bucket();
	spaces.put(FILE, 7);

	const findings = await examine([spaces.base], FILE, (request) => {
		methods.push(request.method);
		return http(request);
	});

	const url = `${spaces.base}/${FILE}`;
	expect(findings).toEqual([
		{
			check: "missing object",
			state: "ok",
			found: `${spaces.base} answers HTTP 403: absent, as a bucket says whose listing is private`,
			remedy: null,
		},
		{
			check: "known object",
			state: "ok",
			found: `${url}: 7 bytes, binary/octet-stream`,
			remedy: null,
		},
	]);
	expect(methods).toEqual(["HEAD", "HEAD"]);
});

test("404 for a missing object tells of a public listing, and is as right", async () => {
	const { base } = await bucket({ missing: 404 });

	const findings = await examine([base]);

	expect(of(findings, "missing object")).toMatchObject([
		{ state: "ok", found: expect.stringMatching(/HTTP 404.*public/) },
	]);
});

test.each([
	"https://phi-bucket.nyc3.digitaloceanspaces.com/phi-bucket",
	"https://phi-bucket.nyc3.digitaloceanspaces.com",
	"https://nyc3.digitaloceanspaces.com/phi-bucket",
])(
	"a bucket that is not there is told from one whose listing is public: %s",
	async (base) => {
		const urls = new Set<string>();
		const answers = (bucket: number): Http => {
			return async ({ url }) => {
				const isBucket = /\.com\/(phi-bucket)?$/.test(url);
				if (isBucket) urls.add(url);
				return {
					kind: "answered",
					status: isBucket ? bucket : 404,
					length: null,
					headers: {},
					text: "",
				};
			};
		};

		const there = await examine([base], null, answers(200));
		const missing = await examine([base], null, answers(404));

		expect(urls.size).toBe(1);
		expect(of(there, "missing object")).toMatchObject([{ state: "ok" }]);
		expect(of(missing, "missing object")).toMatchObject([
			{ state: "broken", found: expect.stringContaining("no such bucket") },
		]);
	},
);

test("the name that is asked for is another each time", async () => {
	const { base, heads } = await bucket();

	await examine([base]);
	await examine([base]);

	expect(new Set(heads).size).toBe(2);
});

test("without a known object, whether anyone may read the files is not known", async () => {
	const { base } = await bucket();

	const findings = await examine([base]);

	expect(of(findings, "known object")).toEqual([
		{
			check: "known object",
			state: "unknown",
			found: expect.stringMatching(/^not looked for/),
			remedy: expect.stringMatching(/--object/),
		},
	]);
});

const status =
	(code: number, headers: Record<string, string> = {}) =>
	(res: ServerResponse) =>
		void res.writeHead(code, headers).end();

describe("a bucket that cannot be believed is named, with what to do", () => {
	test.each<[string, (res: ServerResponse) => void, string, RegExp, RegExp]>([
		[
			"it has everything",
			status(200, { "Content-Length": "7" }),
			"broken",
			/HTTP 200 for a name that nothing bears/,
			/the bucket itself/,
		],
		[
			"it leads elsewhere",
			status(301, { Location: "https://ams3.example/?Signature=hidden" }),
			"broken",
			/HTTP 301, a redirect to https:\/\/ams3.example, and/,
			/where it leads/,
		],
		[
			"it leads nowhere",
			status(302),
			"broken",
			/HTTP 302, a redirect, and/,
			/where it leads/,
		],
		[
			"it is asked too often",
			status(503),
			"broken",
			/HTTP 503, a fault of its own/,
			/status.digitalocean.com/,
		],
		[
			"it does not understand",
			status(400),
			"unknown",
			/HTTP 400, which says neither/,
			/URL in a webhook/,
		],
		[
			"it hangs up",
			(res) => void res.destroy(),
			"broken",
			/the connection was cut/,
			/SPACES_BASE_URL has the right scheme/,
		],
	])("%s", async (_what, answer, state, found, remedy) => {
		const { object } = await startBucket(answer);
		const { origin } = new URL(object("x").url);

		const findings = await examine([origin]);

		expect(of(findings, "missing object")).toEqual([
			{
				check: "missing object",
				state,
				found: expect.stringMatching(found),
				remedy: expect.stringMatching(remedy),
			},
		]);
		expect(JSON.stringify(findings)).not.toContain("hidden");
	});

	test.each<[string, Http, RegExp, RegExp]>([
		["it is too slow", createHttp(50), /did not answer in time/, /firewall/],
		[
			"its name leads nowhere",
			async () => ({ kind: "fault", why: "", code: "ENOTFOUND" }),
			/not known to DNS/,
			/a slip in the host of SPACES_BASE_URL/,
		],
		[
			"its certificate is another's",
			async () => ({
				kind: "fault",
				why: "",
				code: "ERR_TLS_CERT_ALTNAME_INVALID",
			}),
			/certificate is for another name/,
			/the host that it is for/,
		],
		[
			"its certificate is over",
			async () => ({ kind: "fault", why: "", code: "CERT_HAS_EXPIRED" }),
			/certificate has expired/,
			/^Renew/,
		],
	])("%s", async (_what, ask, found, remedy) => {
		const { object } = await startBucket(() => {});
		const { origin } = new URL(object("x").url);

		const findings = await examine([origin], null, ask);

		expect(of(findings, "missing object")).toMatchObject([
			{
				state: "broken",
				found: expect.stringMatching(found),
				remedy: expect.stringMatching(remedy),
			},
		]);
	});
});

test("of several bases, each is looked at", async () => {
	const { base } = await bucket();
	const nowhere = "http://127.0.0.1:1/phi-bucket";

	const findings = await examine([base, nowhere]);

	expect(of(findings, "missing object").map(({ state }) => state)).toEqual([
		"ok",
		"broken",
	]);
});
