import { describe, expect, test } from "vitest";
import { createLookAll } from "../../src/commands/check-spaces/look.ts";
import { HELP, readOptions } from "../../src/commands/check-spaces/options.ts";
import {
	reportJson,
	reportLines,
} from "../../src/commands/check-spaces/report.ts";
import type { DeliveryId } from "../../src/job.ts";
import { createLook } from "../../src/poll/look.ts";
import { wireAirtable, wireSpaces } from "../../src/wiring/outside.ts";
import type { Common } from "../../src/wiring/world.ts";
import { makeJob, ncaId } from "../jobs.ts";
import { environment, MINUTE, type SetUp, START, setUp } from "../set-up.ts";
import { createTicker } from "../ticker.ts";
import { runCommand } from "./command.ts";

/** As the command has it, at the test's time. */
async function lookAll(bench: SetUp, id: string | null = null) {
	const { config, clock } = bench;
	const quiet = () => {};
	const { now } = clock;
	const common: Common = {
		config,
		log: { debug: quiet, info: quiet, warn: quiet, error: quiet, fatal: quiet },
		world: {
			now,
			monotonic: now,
			random: () => 0,
			every: createTicker().every,
			sleep: async () => {},
		},
		newId: () => "d0" as DeliveryId,
	};
	const { records } = wireAirtable(common, {
		pace: null,
		drain: { confirm: () => Promise.reject(new Error("nothing is written")) },
	});
	const spaces = wireSpaces(common, {
		fact: async () => null,
		note: async () => {},
	});
	const looked = await createLookAll({
		records,
		heads: spaces.heads,
		look: createLook(spaces),
		isNcaConfigured: config.NCA_BASE_URL !== undefined,
		statuses: config.POLLING_STATUSES,
		timeoutMs: config.WEBHOOK_TIMEOUT_MINUTES * MINUTE,
		now,
	})(id);
	const json = JSON.parse(reportJson(looked ?? [], now()));
	const lines = reportLines(looked ?? [], now());
	return { looked, json, lines, text: lines.join("\n") };
}

test("of each stuck job it tells what was tried, what Spaces said, and whether it would be recovered", async () => {
	const bench = await setUp();
	const there = makeJob(bench, "concatenate");
	bench.spaces.put(there.file, 1234);
	const absent = makeJob(bench, "concatenate", {}, 9 * MINUTE);
	makeJob(bench, "concatenate", {}, MINUTE);

	const { lines } = await lookAll(bench);

	const rows = lines.map((line) => line.split(/ {2,}/));
	expect(rows[0]?.at(-1)).toBe("would be recovered");
	expect(rows).toContainEqual([
		there.id,
		"7 minutes ago",
		"concatenate",
		`${bench.spaces.base}/${there.file}`,
		"200",
		"1234",
		"yes: its file is there",
	]);
	expect(rows).toContainEqual([
		absent.id,
		"9 minutes ago",
		"concatenate",
		`${bench.spaces.base}/${absent.file}`,
		"403",
		"no: no file",
	]);
	expect(lines.at(-1)).toBe(
		"Looked for 2: 1 would be recovered, 1 not, of 0 it could not be told.",
	);
});

test("of one job it tells the webhook URL that NCA was given, but for its token", async () => {
	const bench = await setUp();
	const url =
		"https://engine.example/webhooks/nca-toolkit?operation=combine&token=abc123&job_id=x";
	const job = makeJob(bench, "combine", { "Webhook URL": url });

	const { text, json } = await lookAll(bench, job.id);

	const shown = url.replace("abc123", "…");
	expect(text).toContain(`as it was registered: ${shown}`);
	expect(json.jobs).toMatchObject([{ webhook_url: shown }]);
	expect(text + JSON.stringify(json)).not.toContain("abc123");
});

test("of the webhook URL of another service no credential is told", async () => {
	const bench = await setUp();
	const url =
		"https://someone:abc123@other.example/hook?api_key=abc124&%74oken=abc125&video_id=x&abc126#abc127";
	const job = makeJob(bench, "combine", { "Webhook URL": url });

	const { text, json } = await lookAll(bench, job.id);

	expect(json.jobs).toMatchObject([
		{
			webhook_url:
				"https://other.example/hook?api_key=…&%74oken=…&video_id=x&…&…",
		},
	]);
	expect(text + JSON.stringify(json)).not.toContain("abc12");
});

test("nothing is written anywhere, and no store is needed", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "combine");
	bench.spaces.put(job.file, 10);
	const before = bench.airtable.get("Jobs", job.id);

	await lookAll(bench);

	expect(bench.airtable.get("Jobs", job.id)).toEqual(before);
	expect(bench.airtable.calls.map(({ method }) => method)).toEqual(["LIST"]);
	expect(await bench.inbox.list({ limit: 1 })).toEqual([]);
	expect((await bench.ledger.recall([job.id as never])).size).toBe(0);
});

describe("what is not to be told by a file alone is not called recovered", () => {
	test("Spaces does not answer", async () => {
		const bench = await setUp();
		makeJob(bench, "concatenate");
		bench.spaces.fail(500);

		const { json } = await lookAll(bench);

		expect(json).toMatchObject({
			unknown: 1,
			jobs: [
				{
					would_be_recovered: "unknown",
					heads: [{ status: "500", size: null }],
				},
			],
		});
	});

	test("one of several files", async () => {
		const bench = await setUp({ NCA_BASE_URL: "http://127.0.0.1:9" });
		const url = "https://engine.example/webhooks/nca-toolkit?operation=split";
		const job = makeJob(bench, "combine", { "Webhook URL": url });
		bench.spaces.put(`${job.ncaJobId}_split_1.mp4`, 10);

		const { text, json } = await lookAll(bench);

		expect(text).toContain("unknown: there may be more files: NCA must say");
		expect(json.unknown).toBe(1);
	});

	test("another service's, and one without an id", async () => {
		const bench = await setUp();
		const goapi = "https://engine.example/webhooks/goapi?operation=video";
		const foreign = makeJob(bench, "combine", { "Webhook URL": goapi });
		makeJob(bench, "combine", { "External Job ID": null });

		const { text } = await lookAll(bench);

		expect(text).not.toContain(foreign.id);
		expect(text).toContain("no: its External Job ID is empty");
		expect(text).toContain("1 not, of 0 it could not be told. Of other");
	});
});

test("one job is looked for by either id, and told for what it is", async () => {
	const bench = await setUp();
	const job = makeJob(bench, "concatenate", { Status: "completed" });
	bench.spaces.put(job.file, 10);
	makeJob(bench, "concatenate");

	const { lines } = await lookAll(bench, job.ncaJobId);
	const none = await lookAll(bench, ncaId());

	expect(lines[1]).toContain(job.id);
	expect(lines[1]).toContain("no: its Status is completed");
	expect(lines.at(-1)).toMatch(/^Looked for 1: 0 would be recovered/);
	expect(none.looked).toBeNull();
});

describe("as a command", () => {
	/** The command's clock is the machine's. */
	const SEVEN_MINUTES_AGO = START - Date.now() + 7 * MINUTE;
	const envOf = ({ airtable, spaces }: SetUp) =>
		environment(airtable.url, spaces.base);

	test("ends with 0 when it could look, beside the program that has the store", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "concatenate", {}, SEVEN_MINUTES_AGO);
		bench.spaces.put(job.file, 10);
		const env = { ...envOf(bench), DATA_DIR: bench.config.DATA_DIR };

		const { code, stdout } = await runCommand("check-spaces", ["--json"], env);

		expect(JSON.parse(stdout)).toMatchObject({
			checked: 1,
			recovered: 1,
			jobs: [{ job_id: job.id, age: "7 minutes ago" }],
		});
		expect(code).toBe(0);
	});

	test("ends with 1 where Airtable cannot be asked, and tells no key", async () => {
		const bench = await setUp();
		const env = { ...envOf(bench), AIRTABLE_API_KEY: "patSESAME" };

		const { code, stderr, stdout } = await runCommand("check-spaces", [], env);

		expect(code).toBe(1);
		expect(stderr).toContain("Airtable could not be asked: ");
		expect(stdout + stderr).not.toContain("SESAME");
	});

	test("ends with 1 where Spaces cannot be asked", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "concatenate", {}, SEVEN_MINUTES_AGO);
		bench.spaces.fail(500);

		const { code, stdout } = await runCommand(
			"check-spaces",
			[job.id],
			envOf(bench),
		);

		expect(code).toBe(1);
		expect(stdout).toContain("unknown: Spaces could not say");
	});

	test("asks nothing where an option is wrong", async () => {
		const bench = await setUp();

		const { code, stderr } = await runCommand(
			"check-spaces",
			["--all"],
			envOf(bench),
		);

		expect(code).toBe(2);
		expect(stderr).toMatch(/^check:spaces: there is no option --all/);
		expect(bench.airtable.calls).toEqual([]);
	});
});

describe("an option that is wrong is named", () => {
	test.each([
		[["rec1", "rec2"], "only one job can be named"],
		[["rec$(reboot)"], "JOB_ID is a record's id"],
		[["--json=1"], "there is no option --json"],
	])("%j", (args, words) => {
		expect(readOptions(args)).toEqual({
			kind: "fault",
			fault: expect.stringContaining(words),
		});
	});

	test("help is no fault, and says that its calls count", () => {
		expect(readOptions(["--help"])).toEqual({ kind: "help" });
		expect(HELP).toContain("the calls count towards the base's limit");
	});
});
