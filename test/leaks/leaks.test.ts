import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import express from "express";
import nodemailer from "nodemailer";
import { describe, expect, onTestFinished, test } from "vitest";
import { createLog } from "../../src/log.ts";
import { serve } from "../../src/sandbox/serve.ts";
import { runCommand } from "../commands/command.ts";
import { startSmtp } from "../monitor/alerts/smtp.ts";
import { setUp } from "../set-up.ts";
import { AIRTABLE_KEY, SECRETS } from "./secrets.ts";
import { isProgram } from "./tap.ts";
import { takeLeaks, watchLine } from "./watch.ts";

const TESTS = join(import.meta.dirname, "..");
const HMAC = "0123456789abcdef".repeat(4);

test("every secret that a test sets is one that is looked for", () => {
	const named =
		/\b(?:\w*SECRET|\w*TOKEN|(?:AIRTABLE_API|NCA_API|NCA|AIRTABLE)_KEY)\b\s*[:=]\s*["`]([^"`$]{20,})["`]/g;
	const files = readdirSync(TESTS, { recursive: true, encoding: "utf8" });

	const set = files
		.filter((file) => file.endsWith(".ts"))
		.flatMap((file) => [
			...readFileSync(join(TESTS, file), "utf8").matchAll(named),
		])
		.map(([, value = ""]) => value)
		.filter((value) => !/^[0-9a-f]{64}$/.test(value));

	expect(set.length).toBeGreaterThan(10);
	expect(set.filter((value) => !SECRETS.some((one) => one === value))).toEqual(
		[],
	);
});

describe("a test in which a secret is told fails: it stands", () => {
	test.each([AIRTABLE_KEY, HMAC])(
		"in a line of the log: %s",
		async (secret) => {
			const log = await createLog({
				level: "info",
				write: (line) => watchLine("log", line),
			});

			log.info({ why: `refused: ${secret}` }, "asked");
			log.info({ why: "refused" }, "asked");

			expect(takeLeaks()).toEqual([expect.stringMatching(/^log: .*refused/)]);
		},
	);

	test("in an answer of the program, in a header too, and in what is sent bit by bit", async () => {
		const app = express()
			.get("/json", (_req, res) => res.json({ token: HMAC }))
			.get("/header", (_req, res) => res.set("X-Key", AIRTABLE_KEY).end())
			.get("/bits", (_req, res) => {
				res.write(AIRTABLE_KEY.slice(0, 9));
				res.end(AIRTABLE_KEY.slice(9));
			})
			.get("/nothing", (_req, res) => res.json({ status: "ok" }));
		const { url, close } = await serve(app);
		onTestFinished(close);
		isProgram(url);

		for (const path of ["/json", "/header", "/bits", "/nothing"])
			await (await fetch(url + path)).text();

		expect(takeLeaks()).toEqual([
			expect.stringMatching(/^answer to GET \/json/),
			expect.stringMatching(/^answer to GET \/header/),
			expect.stringMatching(/^answer to GET \/bits/),
		]);
	});

	test("in a record, or in an URL that is asked for", async () => {
		const { airtable, config } = await setUp();
		const base = `${airtable.url}/v0/${config.AIRTABLE_BASE_ID}`;
		const headers = {
			Authorization: `Bearer ${AIRTABLE_KEY}`,
			"Content-Type": "application/json",
		};
		const records = [{ id: "recA", fields: { Notes: HMAC } }];

		const body = JSON.stringify({ records });
		await fetch(`${base}/Jobs`, { method: "PATCH", headers, body });
		await fetch(`${base}/Jobs?view=${AIRTABLE_KEY}`, { headers });
		await fetch(`${base}/Jobs`, { headers });

		expect(takeLeaks()).toEqual([
			expect.stringMatching(/^asked PATCH .*Notes/),
			expect.stringMatching(/^asked GET/),
		]);
	});

	test("in a mail", async () => {
		const smtp = await startSmtp();
		const mail = { from: "a@example.com", to: "b@example.com" };

		await nodemailer
			.createTransport(smtp.url)
			.sendMail({ ...mail, text: `see ${HMAC}` });

		expect(takeLeaks()).toEqual([expect.stringMatching(/^mail: /)]);
	});

	test("in what a command prints or complains of", async () => {
		await runCommand("check-spaces", [`--${HMAC}`]);
		await runCommand("check-spaces", ["--help"]);

		expect(takeLeaks()).toEqual([
			expect.stringMatching(/check-spaces\/main\.ts.* complained: /),
		]);
	});
});
