import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../src/config.ts";
import { causes } from "../src/monitor/alerts/causes.ts";
import { MEANINGS } from "../src/monitor/dashboard/reasons.ts";
import {
	type OperationName,
	operationByName,
	operations,
} from "../src/operations.ts";
import { settingNames } from "../src/settings.ts";
import { makeDocument } from "../src/wiring/openapi.ts";

const ROOT = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const readme = read("README.md");
const { scripts } = JSON.parse(read("package.json")) as {
	scripts: Record<string, string>;
};

const found = (pattern: RegExp, text = readme) =>
	[...text.matchAll(pattern)].map(([, one = ""]) => one);

/** The rows below a heading, cell by cell, without the table's head. */
function table(heading: string): string[][] {
	const [, below = ""] = readme.split(`\n${heading}\n`);
	const [section = ""] = below.split(/\n#+ /);
	return section
		.split("\n")
		.filter((line) => line.startsWith("|"))
		.slice(2)
		.map((line) =>
			line
				.split(/(?<!\\)\|/)
				.slice(1, -1)
				.map((cell) => cell.trim()),
		);
}

const inCode = (cell = "") => found(/`([^`]+)`/g, cell);

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string) =>
	heading
		.toLowerCase()
		.replaceAll(/[^\w\- ]/g, "")
		.replaceAll(" ", "-");

test("every link of its own leads somewhere", () => {
	const anchors = found(/^#+ (.*)$/gm).map(anchorOf);
	const links = found(/\]\((?!https?:)([^)]+)\)/g);
	const dead = links.filter((link) =>
		link.startsWith("#")
			? !anchors.includes(link.slice(1))
			: !existsSync(join(ROOT, link)),
	);

	expect(links.length).toBeGreaterThan(20);
	expect(dead).toEqual([]);
});

test("every command of this project's that it names is there, and each is named", () => {
	const named = [...found(/npm run (?:--silent )?([\w:]+)/g), "start", "test"];
	const files = found(/vitest run ([\w/ .-]+)/g).flatMap((list) =>
		list.trim().split(" "),
	);

	expect([...new Set(named)].sort()).toEqual(Object.keys(scripts).sort());
	expect(files.length).toBeGreaterThan(5);
	expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

const defaults = loadConfig(
	{ AIRTABLE_API_KEY: "pat", AIRTABLE_BASE_ID: "app" },
	() => false,
);

test("its table of settings has each setting, with its default", () => {
	const expected = settingNames.map((name) => {
		const value = name in defaults ? String(defaults[name]) : "";
		return [name, name.match(/^AIRTABLE_(API_KEY|BASE_ID)$/) ? "" : value];
	});
	const rows = table("## Settings").map(([name, initial]) => [
		inCode(name)[0],
		inCode(initial)[0] ?? "",
	]);

	expect(rows.sort()).toEqual(expected.sort());
});

test("its table of routes has each route that answers, and no other", () => {
	const { paths } = makeDocument({ config: defaults });
	const routes = Object.entries(paths).flatMap(([path, methods]) =>
		Object.keys(methods).map(
			(method) =>
				`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
		),
	);
	const named = found(
		/`((?:GET|POST) \/[^`?]*)`/g,
		table("## Routes").join("\n"),
	);

	// What is refused, and what a page asks for by itself, is no route to anyone.
	const forPeople = routes.filter(
		(route) =>
			!/^GET \/webhooks|:other$|^GET \/dashboard\/|^GET \/$/.test(route),
	);
	expect([...new Set(named)].sort()).toEqual(forPeople.sort());
});

test("its table of alerts has each alert", () => {
	const rows = table("### Alerts").map(([title]) => inCode(title)[0]);

	expect(rows).toEqual(causes.map(({ title }) => title));
});

test("its table of what is written has each operation, with what it changes", () => {
	const rows = table("## What is written").map(([name, done, failed]) => [
		...inCode(name),
		...inCode(done),
		...inCode(failed),
	]);
	const status = (word?: string) => (word ? ["Status", word] : []);

	expect(rows).toEqual(
		Object.keys(operations).map((name) => {
			const one = operationByName(name as OperationName);
			return [
				name,
				one.table,
				one.attachment,
				...status(one.completed),
				...status(one.failed),
			];
		}),
	);
});

test("its table of what is parked has each reason that the dashboard explains", () => {
	const rows = table("## When something is parked or buried");

	expect(rows.flatMap(([reason]) => inCode(reason)).sort()).toEqual(
		Object.keys(MEANINGS).sort(),
	);
});

describe("the plan, line by line", () => {
	const rows = table("## The plan, line by line").flatMap(
		([line = "", , shown = ""]) =>
			shown === "" ? [] : [[line, ...shown.split(/: (.*)/s)] as const],
	);

	test("has its rows", () => {
		expect(rows.length).toBeGreaterThan(50);
	});

	test.each(rows)("%s", (_line, file, name = "") => {
		const path = `test/${file.replaceAll("`", "")}.test.ts`;

		expect(name).not.toBe("");
		expect(read(path)).toContain(name);
	});
});
