import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parse } from "dotenv";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../src/config.ts";
import { settingNames } from "../src/settings.ts";

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
	operate: ["inbox", "poll"],
	wiring: [
		"receive",
		"poll",
		"inbox",
		"settle",
		"airtable",
		"probe",
		"monitor",
		"operate",
	],
	commands: [
		"wiring",
		"operate",
		"monitor",
		"receive",
		"poll",
		"inbox",
		"airtable",
		"probe",
	],
	sandbox: [],
	bench: ["sandbox"],
};
const WORDS = [
	"age.ts",
	"command-line.ts",
	"config.ts",
	"described.ts",
	"environment.ts",
	"errors.ts",
	"inert.ts",
	"job.ts",
	"log.ts",
	"operations.ts",
	"secret.ts",
	"settings.ts",
	"warnings.ts",
];

const folderOf = (file: string) =>
	file.includes("/") ? file.slice(0, file.indexOf("/")) : "";

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

	test("no file imports itself, whichever way round", () => {
		const downstream = new Map<string, string[]>();
		for (const { from, to } of imports)
			downstream.set(from, [...(downstream.get(from) ?? []), to]);
		const reach = (from: string, seen = new Set<string>()): Set<string> => {
			for (const to of downstream.get(from) ?? []) {
				if (!seen.has(to)) reach(to, seen.add(to));
			}
			return seen;
		};

		expect(files.filter((file) => reach(file).has(file))).toEqual([]);
	});

	test("every import names a file that is there", () => {
		const wrong = imports.filter(
			({ to }) => to.endsWith(".ts") && !files.includes(to),
		);

		expect(wrong).toEqual([]);
	});
});

test("a file fits in a head: half have fewer than 70 lines, and none has many more than 200", () => {
	const sizes = files
		.map((file) => {
			const lines = readFileSync(join(SRC, file), "utf8").split("\n").length;
			return { file, lines };
		})
		.sort((one, other) => one.lines - other.lines);
	const long = sizes.filter(({ lines }) => lines > 220);

	expect(sizes[Math.floor(sizes.length / 2)]?.lines).toBeLessThan(70);
	expect(long).toEqual([]);
});

test.each([
	["airtable", "airtable/gateway.ts"],
	["axios", "probe/http.ts"],
	["node:sqlite", "inbox/sqlite/database.ts"],
	["ioredis", "inbox/redis/client.ts"],
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
		"commands/check-spaces/main.ts",
		"commands/check-webhook/main.ts",
		"commands/doctor/main.ts",
		"commands/proof/main.ts",
		"main.ts",
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
