import type { RequestHandler } from "express";
import { describe, expect, onTestFinished, test } from "vitest";
import { examineNca } from "../../../src/commands/doctor/nca.ts";
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
			check: "settings",
			state: "ok",
			found: "NCA_BASE_URL and NCA_API_KEY are set",
			remedy: null,
		},
		{
			check: "key",
			state: "ok",
			found: "NCA accepts the key",
			remedy: null,
		},
		{ check: "build", state: "ok", found: "build 209", remedy: null },
		{
			check: "job/status",
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
			check: "settings",
			state: "unknown",
			found: expect.stringMatching(
				/NCA_BASE_URL is not set: a job that failed/,
			),
			remedy: expect.stringMatching(/Set NCA_BASE_URL and NCA_API_KEY/),
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
		remedy: expect.stringMatching(/^Set NCA_API_KEY/),
	});
	expect(requests).toBe(0);
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
			"key",
			"broken",
			/refuses the key/,
			/^Set NCA_API_KEY/,
		],
		[
			"a gateway without an NCA",
			always(502, `<html>${KEY}</html>`),
			"key",
			"broken",
			/HTTP 502/,
			/container runs/,
		],
		[
			"a redirect",
			(_req, res) => res.redirect(301, `https://nca.example/?key=${KEY}`),
			"key",
			"broken",
			/redirected \(HTTP 301\)/,
			/^Set NCA_BASE_URL/,
		],
		[
			"another program",
			always(200, { hello: KEY }),
			"key",
			"broken",
			/not as NCA does \(HTTP 200\)/,
			/^Set NCA_BASE_URL/,
		],
		[
			"a connection that is cut",
			(_req, res) => void res.destroy(),
			"key",
			"broken",
			/cannot be reached: the connection was cut/,
			/NCA_BASE_URL has the right scheme/,
		],
		[
			"an old build",
			atStatus(always(404, `<h1>Not Found ${KEY}</h1>`)),
			"job/status",
			"broken",
			/has no job\/status \(HTTP 404\)/,
			/^Update NCA's image/,
		],
		[
			"a folder of jobs that it cannot read",
			atStatus(always(500, { code: 500, message: { error: KEY } })),
			"job/status",
			"broken",
			/cannot read its files/,
			/disk/,
		],
		[
			"a job that cannot be there",
			atStatus(always(200, { code: 200, response: KEY })),
			"job/status",
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
			check: "key",
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
		["settings", "ok"],
		["key", "ok"],
		["build", "unknown"],
		["job/status", "ok"],
	]);
});
