import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/commands/doctor/check.ts";
import { BASE, frontedProgram, SECRET, TOKEN } from "./front.ts";

const states = (findings: Finding[]) =>
	findings.map(({ check, state }) => [check, state]);
const named = (findings: Finding[], check: string) =>
	findings.find((finding) => finding.check === check);

test("where all is well, each check says so, and one test record is all that is left", async () => {
	const { examine, inbox } = await frontedProgram();

	const findings = await examine();

	expect(states(findings)).toEqual([
		["setting", "ok"],
		["address", "ok"],
		["certificate", "ok"],
		["TLS version", "ok"],
		["http form", "ok"],
		["redirect", "ok"],
		["authentication", "ok"],
		["rate limit", "ok"],
		["answer", "ok"],
		["answer time", "ok"],
		["arrival", "ok"],
	]);
	expect(findings.every(({ remedy }) => remedy === null)).toBe(true);
	expect(named(findings, "TLS version")?.found).toBe("TLSv1.3");
	expect(await inbox.list({ limit: 10 })).toMatchObject([{ state: "test" }]);
});

test("without WEBHOOK_BASE_URL, whether NCA gets here is not known", async () => {
	const { examine } = await frontedProgram();

	const findings = await examine({}, { WEBHOOK_BASE_URL: undefined });

	expect(findings).toMatchObject([
		{
			check: "setting",
			state: "unknown",
			remedy: expect.stringMatching(/Set/),
		},
	]);
});

test.each([
	["the route itself", `${BASE}/webhooks/nca-toolkit`, "broken"],
	["its folder", `${BASE}/webhooks`, "broken"],
	["some path", `${BASE}/api`, "warning"],
	["plain http", "http://nca.example", "warning"],
])("an address with %s is not passed over", async (_what, base, state) => {
	const { examine } = await frontedProgram();

	const findings = await examine({}, { WEBHOOK_BASE_URL: base });

	expect(findings[0]).toMatchObject({
		check: "setting",
		state,
		remedy: expect.stringMatching(/WEBHOOK_BASE_URL/),
	});
});

const answers =
	(status: number, headers = {}, body = ""): RequestListener =>
	(_req, res) =>
		void res.writeHead(status, headers).end(body);
const secrets = new RegExp(`${SECRET}|${TOKEN}|hidden`);

describe("what stands before the program is named, with what to do", () => {
	test.each<[string, RequestListener, string, RegExp, RegExp]>([
		...[301, 302, 307, 308].map(
			(status) =>
				[
					`a redirect, ${status}`,
					answers(status, { Location: "https://www.nca.example/?hidden" }),
					"redirect",
					status < 303 ? /an empty GET/ : /send it twice/,
					/the redirect away from \/webhooks/,
				] satisfies [string, RequestListener, string, RegExp, RegExp],
		),
		[
			"a login",
			answers(401, { "WWW-Authenticate": "Basic" }, "<b>hidden</b>"),
			"authentication",
			/wants a login \(HTTP 401\)/,
			/without a login/,
		],
		[
			"a bar",
			answers(403, {}, "Access denied: hidden"),
			"authentication",
			/wants a login \(HTTP 403\)/,
			/without a login/,
		],
		[
			"a limit that is reached",
			answers(429, { "Retry-After": "60" }),
			"rate limit",
			/HTTP 429/,
			/Take the rate limit away/,
		],
		[
			"a proxy with nothing behind it",
			answers(502),
			"answer",
			/no program behind it/,
			/internal_port/,
		],
		[
			"another program",
			answers(200, {}, "<html>hidden</html>"),
			"answer",
			/something else .* \(HTTP 200\): webhooks are lost/,
			/Set WEBHOOK_BASE_URL/,
		],
		[
			"another program, without such a route",
			answers(404, {}, '{"error":"hidden"}'),
			"answer",
			/something else .* \(HTTP 404\)/,
			/Set WEBHOOK_BASE_URL/,
		],
		[
			"this program, its store broken",
			answers(503, {}, '{"error":"the inbox cannot store it"}'),
			"answer",
			/cannot store webhooks/,
			/look at its disk/,
		],
		[
			"this program, with another secret",
			answers(401, {}, '{"error":"no valid token or signature"}'),
			"secret",
			/refuses a signature/,
			/^Set the same WEBHOOK_SECRET/,
		],
		[
			"one that hangs up",
			(_req, res) => void res.destroy(),
			"answer",
			/the connection was cut/,
			/proxy/,
		],
	])("%s", async (_what, https, check, found, remedy) => {
		const { examine, inbox } = await frontedProgram({}, { https });

		const findings = await examine();

		expect(findings.filter(({ state }) => state !== "ok")).toEqual([
			{
				check,
				state: "broken",
				found: expect.stringMatching(found),
				remedy: expect.stringMatching(remedy),
			},
		]);
		expect(await inbox.list({ limit: 1 })).toEqual([]);
		expect(JSON.stringify(findings)).not.toMatch(secrets);
	});
});

test.each(["RateLimit-Limit", "X-RateLimit-Remaining", "Retry-After"])(
	"a limit that is only announced, by %s, is warned of",
	async (header) => {
		const { app, examine } = await frontedProgram(
			{},
			{
				https: (req, res) => {
					res.setHeader(header, "100");
					app(req, res);
				},
			},
		);

		const findings = await examine();

		expect(findings.filter(({ state }) => state !== "ok")).toMatchObject([
			{
				check: "rate limit",
				state: "warning",
				found: `the answer bears ${header.toLowerCase()}`,
			},
		]);
	},
);

test("an http form that is redirected is warned of, since it would lose what it is sent", async () => {
	const { examine } = await frontedProgram(
		{},
		{ http: answers(301, { Location: `${BASE}/health` }) },
	);

	const findings = await examine();

	expect(findings.filter(({ state }) => state !== "ok")).toMatchObject([
		{
			check: "http form",
			state: "warning",
			found: expect.stringMatching(/HTTP 301.*empty GET/),
		},
	]);
});

test("an http form whose redirect keeps the body loses nothing", async () => {
	const { examine } = await frontedProgram(
		{},
		{ http: answers(308, { Location: `${BASE}/health` }) },
	);

	expect(named(await examine(), "http form")).toMatchObject({ state: "ok" });
});

test.each([
	["soon", 0, 0, "ok", null],
	["late, on the disk", 1_001, 0, "warning", /Look at the disk/],
	["late, on the way", 1_001, 1_001, "warning", /Look at the network/],
	["too late", 5_001, 0, "broken", /Look at the disk/],
])(
	"who is answered %s is told how long NCA's worker stands still",
	async (_how, webhookMs, healthMs, state, remedy) => {
		const { app, examine, clock } = await frontedProgram(
			{},
			{
				https: (req, res) => {
					clock.advance(req.url === "/health" ? healthMs : webhookMs);
					app(req, res);
				},
			},
		);

		const finding = named(await examine(), "answer time");

		expect(finding).toMatchObject({
			state,
			found: expect.stringContaining(`after ${webhookMs} ms`),
			remedy: remedy === null ? null : expect.stringMatching(remedy),
		});
	},
);
