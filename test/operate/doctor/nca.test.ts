import type { RequestHandler } from "express";
import { describe, expect, onTestFinished, test } from "vitest";
import { examineNca } from "../../../src/operate/doctor/nca.ts";
import { createHttp } from "../../../src/probe/http.ts";
import { startNca } from "../../../src/sandbox/nca.ts";

const KEY = "the-key-of-nca";
/** So long that no machine is slow enough for it. */
const http = createHttp(60_000);

async function toolkit() {
	const nca = await startNca({ apiKey: KEY, upload: (name) => name });
	onTestFinished(nca.close);
	const config = { NCA_BASE_URL: nca.url, NCA_API_KEY: KEY };
	return { nca, config };
}

test("an NCA that is well is found so, by two questions, and is told of no job", async () => {
	const { nca, config } = await toolkit();
	const requests: string[] = [];
	nca.fault((req, _res, next) => {
		requests.push(`${req.method} ${req.path}`);
		next();
	});

	const findings = await examineNca({ config, http });

	expect(findings).toEqual([
		{
			check: "NCA: settings",
			state: "ok",
			found: "NCA_BASE_URL and NCA_API_KEY are set",
			remedy: null,
		},
		{
			check: "NCA: key",
			state: "ok",
			found: "NCA accepts the key",
			remedy: null,
		},
		{ check: "NCA: build", state: "ok", found: "build 209", remedy: null },
		{
			check: "NCA: job/status",
			state: "ok",
			found: expect.stringMatching(/not known to it/),
			remedy: null,
		},
	]);
	expect(requests).toEqual([
		"GET /v1/toolkit/authenticate",
		"POST /v1/toolkit/job/status",
	]);
});

test("where none is set, that is no fault, and it is said what one would give", async () => {
	const findings = await examineNca({ config: {}, http });

	expect(findings).toEqual([
		{
			check: "NCA: settings",
			state: "unknown",
			found: expect.stringMatching(
				/NCA_BASE_URL is not set: a job that failed/,
			),
			remedy: expect.stringMatching(/set NCA_BASE_URL and NCA_API_KEY/),
		},
	]);
});

test("an address without a key is broken, and nobody is asked", async () => {
	const { nca, config } = await toolkit();
	let requests = 0;
	nca.fault((_req, _res, next) => {
		requests += 1;
		next();
	});

	const [finding] = await examineNca({
		config: { NCA_BASE_URL: config.NCA_BASE_URL },
		http,
	});

	expect(finding).toMatchObject({
		state: "broken",
		remedy: expect.stringMatching(/^set NCA_API_KEY/),
	});
	expect(requests).toBe(0);
});

test("a key on its way in the open is warned of", async () => {
	const { config } = await toolkit();
	const elsewhere = config.NCA_BASE_URL;
	const NCA_BASE_URL = "http://nca.example";

	const [settings, ...others] = await examineNca({
		config: { ...config, NCA_BASE_URL },
		http: (request) =>
			http({ ...request, url: request.url.replace(NCA_BASE_URL, elsewhere) }),
	});

	expect(settings).toMatchObject({
		state: "warning",
		found: expect.stringMatching(/plain http/),
	});
	expect(others.map(({ state }) => state)).toEqual(["ok", "ok", "ok"]);
});

const always =
	(status: number, body: object | string = ""): RequestHandler =>
	(_req, res) =>
		void res.status(status).send(body);
/** Only where a job's state is asked for. */
const atStatus =
	(handler: RequestHandler): RequestHandler =>
	(req, res, next) =>
		req.path.endsWith("/job/status") ? handler(req, res, next) : next();

describe("a fault is named, with what to do", () => {
	test.each<[string, RequestHandler, string, string, RegExp, RegExp]>([
		[
			"another key",
			always(401, { message: `Unauthorized: ${KEY}` }),
			"NCA: key",
			"broken",
			/refuses the key/,
			/^set NCA_API_KEY/,
		],
		[
			"a gateway without an NCA",
			always(502, `<html>${KEY}</html>`),
			"NCA: key",
			"broken",
			/HTTP 502/,
			/container runs/,
		],
		[
			"a redirect",
			(_req, res) => res.redirect(301, `https://nca.example/?key=${KEY}`),
			"NCA: key",
			"broken",
			/redirected \(HTTP 301\)/,
			/^set NCA_BASE_URL/,
		],
		[
			"another program",
			always(200, { hello: KEY }),
			"NCA: key",
			"broken",
			/not as NCA does \(HTTP 200\)/,
			/^set NCA_BASE_URL/,
		],
		[
			"a connection that is cut",
			(_req, res) => void res.destroy(),
			"NCA: key",
			"broken",
			/cannot be reached: the connection was cut/,
			/NCA_BASE_URL has the right scheme/,
		],
		[
			"an old build",
			atStatus(always(404, `<h1>Not Found ${KEY}</h1>`)),
			"NCA: job/status",
			"broken",
			/has no job\/status \(HTTP 404\)/,
			/^update NCA's image/,
		],
		[
			"a folder of jobs that it cannot read",
			atStatus(always(500, { code: 500, message: { error: KEY } })),
			"NCA: job/status",
			"broken",
			/cannot read its files/,
			/disk/,
		],
		[
			"a job that cannot be there",
			atStatus(always(200, { code: 200, response: KEY })),
			"NCA: job/status",
			"unknown",
			/HTTP 200/,
			/build of NCA/,
		],
	])("%s", async (_what, fault, check, state, found, remedy) => {
		const { nca, config } = await toolkit();
		nca.fault(fault);

		const findings = await examineNca({ config, http });

		const wrong = findings.filter((finding) => finding.state !== "ok");
		expect(wrong).toEqual([
			{
				check,
				state,
				found: expect.stringMatching(found),
				remedy: expect.stringMatching(remedy),
			},
		]);
		expect(JSON.stringify(findings)).not.toContain(KEY);
	});

	test("an NCA that is not there", async () => {
		const config = { NCA_BASE_URL: "http://127.0.0.1:1", NCA_API_KEY: KEY };

		const findings = await examineNca({ config, http });

		expect(findings[1]).toMatchObject({
			check: "NCA: key",
			state: "broken",
			found: expect.stringMatching(/nothing listens there/),
			remedy: expect.stringMatching(/the port of NCA_BASE_URL/),
		});
	});
});

test("a build that does not say its number is not called wrong", async () => {
	const { nca, config } = await toolkit();
	nca.fault((req, res, next) =>
		req.path.endsWith("/authenticate")
			? res.json({ code: 200, response: "Authorized" })
			: next(),
	);

	const findings = await examineNca({ config, http });

	expect(findings.map(({ check, state }) => [check, state])).toEqual([
		["NCA: settings", "ok"],
		["NCA: key", "ok"],
		["NCA: build", "unknown"],
		["NCA: job/status", "ok"],
	]);
});
