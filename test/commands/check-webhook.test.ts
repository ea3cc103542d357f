import express, { type RequestHandler } from "express";
import { describe, expect, onTestFinished, test } from "vitest";
import { readOptions } from "../../src/commands/check-webhook/options.ts";
import { reportLines } from "../../src/commands/check-webhook/report.ts";
import { samplesOf } from "../../src/commands/check-webhook/samples.ts";
import { isTaken, sendSamples } from "../../src/commands/check-webhook/send.ts";
import { createHttp } from "../../src/probe/http.ts";
import { serve } from "../../src/sandbox/serve.ts";
import { setUp } from "../set-up.ts";
import { runCommand } from "./command.ts";

const SECRET = "a secret of at least 24 characters";
const ROUTE = "/webhooks/nca-toolkit";
const SAMPLES = samplesOf("https://bucket.example/bucket");

async function send(url: string, secret?: string, deadlineMs = 60_000) {
	const http = createHttp(deadlineMs);
	const monotonic = () => performance.now();
	const sent = await sendSamples({ http, url, secret, monotonic }, SAMPLES);
	return { sent, report: reportLines(url, secret, sent).join("\n") };
}

/** Something else than the program. */
async function stand(answer: RequestHandler): Promise<string> {
	const { url, close } = await serve(express().use(answer));
	onTestFinished(close);
	return url;
}

describe("samples", () => {
	test("are each taken as a test, and nothing comes of them", async () => {
		const { url, inbox, drain, airtable } = await setUp();

		const { sent } = await send(`${url}${ROUTE}`);
		await drain.once();

		expect(sent).toHaveLength(6);
		expect(sent.every(isTaken)).toBe(true);
		const recorded = await inbox.list({ limit: 50 });
		expect(recorded.map(({ state }) => state)).toEqual(Array(6).fill("test"));
		expect(airtable.calls).toEqual([]);
	});

	test("speak of no record and no job that there can be", () => {
		const ids = JSON.stringify(SAMPLES).match(/rec\w+/g) ?? [];

		expect(ids.length).toBeGreaterThan(0);
		for (const id of ids) expect(id.length).not.toBe("rec".length + 14);
		for (const { body } of SAMPLES) expect(body.test).toBe(true);
	});

	test("are signed with the program's secret, and taken", async () => {
		const { url } = await setUp({ WEBHOOK_SECRET: SECRET });

		const { sent, report } = await send(`${url}${ROUTE}`, SECRET);

		expect(sent.every(isTaken)).toBe(true);
		expect(report).toContain("All 6 were taken as tests");
		expect(report).not.toContain(SECRET);
	});
});

describe("what came back is said in words", () => {
	test.each([
		[undefined, "Set WEBHOOK_SECRET here as it is set there"],
		[`${SECRET}, another`, "runs with another WEBHOOK_SECRET"],
	])("401 of the program, with the secret %s here", async (secret, words) => {
		const { url } = await setUp({ WEBHOOK_SECRET: SECRET });

		const { report } = await send(`${url}${ROUTE}`, secret);

		expect(report).toContain(`401: `);
		expect(report).toContain(words);
		expect(report).toContain("6 of 6 were not taken");
	});

	test("a path that the program has not", async () => {
		const { url } = await setUp();

		const { report } = await send(`${url}/webhooks/nca`);

		expect(report).toContain("404: nothing takes webhooks there");
	});

	test.each<[string, RequestHandler]>([
		[
			"301: a redirect stands before it (to https://a.example/b)",
			(_req, res) =>
				void res.redirect(301, "https://me:sesame@a.example/b?token=sesame"),
		],
		["401: something before the program wants a login", reply(401)],
		["403: something before the program forbids it", reply(403)],
		["429: a rate limit stands before it", reply(429)],
		["502: the proxy does not reach the program", reply(502)],
		["200: something else than this program", reply(200)],
		[
			"200: it was not taken for a test",
			(_req, res) => void res.json({ status: "accepted" }),
		],
		[
			"failed: ECONNRESET: the connection was cut",
			(req) => void req.socket.destroy(),
		],
	])("%s", async (words, answer) => {
		const { report } = await send(`${await stand(answer)}${ROUTE}`);

		expect(report).toContain(words);
		expect(report).not.toContain("sesame");
		expect(report.split(words)).toHaveLength(2);
	});

	test("no answer", async () => {
		const url = await stand(() => {});

		const { report } = await send(`${url}${ROUTE}`, undefined, 20);

		expect(report).toContain("not answered within 20 ms: NCA waits for");
	});

	test("what a stranger answers cannot write on the terminal", async () => {
		const url = await stand((_req, res) => void res.send("a\u001b[31m\r\nb"));

		const { report } = await send(url);

		expect(report).toContain("a [31m b");
	});
});

describe("as a command", () => {
	test("shows a table, and ends with 0 where all were taken", async () => {
		const { url } = await setUp({ WEBHOOK_SECRET: SECRET });

		const { code, stdout } = await runCommand("check-webhook", [], {
			WEBHOOK_BASE_URL: url,
			WEBHOOK_SECRET: SECRET,
		});

		expect(stdout).toMatch(/^sample +status +answer +ms$/m);
		expect(stdout).toMatch(
			/^Cloud Run's second failure +200 +\{"status":"test"\} +\d+\.\d$/m,
		);
		expect(code).toBe(0);
	});

	test("ends with 1 where one was not", async () => {
		const { url } = await setUp();

		const { code, stdout } = await runCommand("check-webhook", [
			"--url",
			`${url}/webhooks/nca?token=sesame`,
		]);

		expect(code).toBe(1);
		expect(stdout).toContain("404: ");
		expect(stdout).not.toContain("sesame");
	});

	test("a wrong option sends nothing, and shows which there are", async () => {
		const { code, stdout, stderr } = await runCommand("check-webhook", [
			"--job",
		]);

		expect(code).toBe(2);
		expect(stderr).toMatch(/^check:webhook: there is no option --job/);
		expect(stderr).toContain("--from-nca");
		expect(stdout).toBe("");
	});
});

describe("an option that is wrong is named", () => {
	test.each([
		[["--url", "ftp://a"], "--url is an http or https URL"],
		[["--url"], "--url is an http or https URL"],
		[["--wait", "0"], "--wait is 1 to 3600 seconds"],
		[["--wait", "1e3"], "--wait is 1 to 3600 seconds"],
		[["120"], "options stand after two dashes"],
	])("%j", (args, words) => {
		expect(readOptions(args)).toEqual({
			kind: "fault",
			fault: expect.stringContaining(words),
		});
	});

	test("help is no fault", () => {
		expect(readOptions(["--wait", "5", "--help"])).toEqual({ kind: "help" });
	});
});

function reply(status: number): RequestHandler {
	return (_req, res) => void res.status(status).send("no");
}
