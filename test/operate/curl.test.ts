import { spawnSync } from "node:child_process";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { createCurl, jobCommands } from "../../src/operate/curl.ts";
import { makeJob, post } from "../jobs.ts";
import { setUp } from "../set-up.ts";

const BASE = "https://webhooks.example/nca";
const at = (host: string) => ({ get: () => host }) as never;
const curl = createCurl(BASE);
const TOKEN = "0123456789abcdef01234567";

/** What the shell would give to `curl`. */
function wordsOf(command: string): string[] {
	const script = `curl() { printf '%s\\n' "$@"; }; ${command}`;
	const { stdout, stderr } = spawnSync("sh", ["-c", script], {
		encoding: "utf8",
		env: { ADMIN_TOKEN: TOKEN },
	});
	expect(stderr).toBe("");
	return stdout.trimEnd().split("\n");
}

describe("a command to copy", () => {
	test("is in the shell what it seems to be", () => {
		const commands = jobCommands(curl, at("h"), "recAAAAAAAAAAAAAA");

		expect(wordsOf(commands?.settle_failed ?? "")).toEqual([
			"-X",
			"POST",
			"-H",
			`Authorization: Bearer ${TOKEN}`,
			"-d",
			'{"outcome":"failed","reason":""}',
			`${BASE}/debug/jobs/recAAAAAAAAAAAAAA/settle`,
		]);
	});

	test.each([
		"rec$(reboot)",
		"rec;reboot",
		"rec'",
		"rec`id`",
		"rec a",
		"../status",
		"",
	])("is not made for the id %j", (id) => {
		expect(jobCommands(curl, at("h"), id)).toBeNull();
	});

	test("is not made where the base URL is more than plain", () => {
		const odd = createCurl("https://webhooks.example/$(reboot)");

		expect(odd(at("h"), { method: "GET", path: "/status" })).toBeNull();
	});

	test.each([
		["localhost:8080", "http://localhost:8080/status"],
		["127.0.0.1:1", "http://127.0.0.1:1/status"],
		["evil.example", "$BASE_URL/status"],
		["localhost.evil.example", "$BASE_URL/status"],
		["localhost:8080;reboot", "$BASE_URL/status"],
	])(
		"without a base URL believes of a header only this machine: %s",
		(host, url) => {
			const command = createCurl(undefined)(at(host), {
				method: "GET",
				path: "/status",
			});

			expect(command?.split(" ").at(-1)).toBe(url);
		},
	);
});

test("a job known by NCA's id alone has its commands", async () => {
	const bench = await setUp({ WEBHOOK_BASE_URL: BASE });
	const job = makeJob(bench, "combine");
	await post(bench, "", { code: 500, job_id: job.ncaJobId, message: "no" });

	const { body } = await request(bench.url).get(`/debug/jobs/${job.ncaJobId}`);

	expect(body.job_id).toBeNull();
	expect(wordsOf(body.curl.check).at(-1)).toBe(
		`${BASE}/debug/jobs/${job.ncaJobId}/check`,
	);
});

test("what was refused has no command that takes it again", async () => {
	const { url } = await setUp();
	await request(url).post("/webhooks/nca-toolkit").send("{ not JSON");
	const { body } = await request(url).get("/debug/webhooks");

	const one = await request(url).get(
		`/debug/webhooks/${body.items[0].delivery_id}`,
	);

	expect(one.body).toMatchObject({ status: "refused" });
	expect(one.body).not.toHaveProperty("curl");
});

test("curl gets lines, the last one ended; NCA gets none", async () => {
	const { url } = await setUp();

	const list = await request(url).get("/debug/webhooks");
	const none = await request(url).get("/debug/webhooks/d0");
	const webhook = await request(url)
		.post("/webhooks/nca-toolkit")
		.send('{"test":true}');

	expect(list.text).toBe('{\n  "items": [],\n  "next": null\n}\n');
	expect(list.type).toBe("application/json");
	expect(none.text).toBe(
		'{\n  "error": "no recorded request bears that id"\n}\n',
	);
	expect(webhook.text).toBe('{"status":"test"}');
});
