import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parse } from "dotenv";
import { describe, expect, test } from "vitest";
import { loadConfig, settingNames } from "../src/config.ts";

const SRC = resolve(import.meta.dirname, "../src");
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
	(file) => file.endsWith(".ts"),
);

/** Who imports what: files below src, and packages by name. */
const imports = files.flatMap((from) => {
	const text = readFileSync(join(SRC, from), "utf8");
	const found = text.matchAll(
		/^(import type|import|export)\b[^;]*?from "([^"]+)";/gm,
	);
	return [...found].map(([, kind, to = ""]) => ({
		from,
		to: to.startsWith(".")
			? relative(SRC, resolve(SRC, dirname(from), to))
			: to,
		typeOnly: kind === "import type",
	}));
});

/** What each folder may import, beside the words at the root; the data flows down this list. */
const MAY: Record<string, readonly string[]> = {
	receive: ["inbox"],
	poll: ["inbox", "airtable", "probe"],
	inbox: ["settle", "airtable"],
	settle: ["airtable", "probe"],
	probe: [],
	airtable: [],
	monitor: ["inbox"],
	operate: ["inbox", "poll", "airtable", "probe"],
	sandbox: [],
	bench: ["sandbox"],
};
const WORDS = [
	"config.ts",
	"environment.ts",
	"errors.ts",
	"inert.ts",
	"job.ts",
	"log.ts",
	"object-names.ts",
	"operations.ts",
	"secret.ts",
];

const folderOf = (file: string) =>
	file.includes("/") ? file.slice(0, file.indexOf("/")) : "";

/** A command is a process of its own, and makes the parts that it needs; what a token is, one file says. */
const FOR_ENTRIES = ["wiring", "receive/proof.ts"];
const isEntry = (file: string) => /^operate\/[\w-]+\/main\.ts$/.test(file);

describe("imports follow the data", () => {
	test.each(Object.keys(MAY))(
		"%s/ imports what lies downstream, and the words",
		(folder) => {
			const allowed = [folder, ...(MAY[folder] ?? [])];

			const wrong = imports.filter(
				({ from, to }) =>
					folderOf(from) === folder &&
					files.includes(to) &&
					!allowed.includes(folderOf(to)) &&
					!(
						isEntry(from) &&
						(FOR_ENTRIES.includes(folderOf(to)) || FOR_ENTRIES.includes(to))
					) &&
					!WORDS.includes(to),
			);

			expect(wrong).toEqual([]);
		},
	);

	test("the words at the root import nothing but each other and packages", () => {
		const wrong = imports.filter(
			({ from, to }) =>
				WORDS.includes(from) && files.includes(to) && !WORDS.includes(to),
		);

		expect(wrong).toEqual([]);
	});

	test("every import names a file that is there", () => {
		const wrong = imports.filter(
			({ to }) => to.endsWith(".ts") && !files.includes(to),
		);

		expect(wrong).toEqual([]);
	});
});

test.each([
	["airtable", "airtable/gateway.ts"],
	["axios", "probe/http.ts"],
	["node:sqlite", "inbox/sqlite.ts"],
	["ioredis", "inbox/redis.ts"],
	["node-cron", "poll/schedule.ts"],
	["nodemailer", "monitor/alerts/mail.ts"],
	["pino", "log.ts"],
	["helmet", "receive/headers.ts"],
	["express-rate-limit", "receive/limit.ts"],
	["prom-client", "monitor/metrics.ts"],
	["dotenv", "environment.ts"],
	["node:diagnostics_channel", "airtable/guarded.ts"],
])("%s is known to one file alone", (vendor, file) => {
	expect(
		imports.filter(({ to }) => to === vendor).map(({ from }) => from),
	).toEqual([file]);
});

test("only the entry points touch the process", () => {
	const touching = files.filter((file) =>
		/\bprocess\./.test(readFileSync(join(SRC, file), "utf8")),
	);

	expect(touching.sort()).toEqual([
		"bench/bare.ts",
		"bench/child.ts",
		"bench/flood.ts",
		"bench/main.ts",
		"main.ts",
		"operate/check-spaces/main.ts",
		"operate/check-webhook/main.ts",
		"operate/doctor/main.ts",
		"operate/proof/main.ts",
		"sandbox/demo.ts",
		"sandbox/load.ts",
		"sandbox/program.ts",
	]);
});

describe(".env.example", () => {
	const example = parse(readFileSync(join(SRC, "../.env.example")));

	test("lists exactly the settings that there are", () => {
		expect(Object.keys(example).sort()).toEqual([...settingNames].sort());
	});

	test("names every default", () => {
		const least = { AIRTABLE_API_KEY: "pat", AIRTABLE_BASE_ID: "app" };
		const defaults = loadConfig(least, () => false);

		expect(loadConfig({ ...example, ...least }, () => false)).toEqual(defaults);
	});
});
