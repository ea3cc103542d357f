import { relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { ON_FLY } from "../../src/commands/doctor/on-fly.ts";
import {
	all,
	imageEnv,
	instructions,
	manifest,
	only,
	read,
} from "./dockerfile.ts";

const FLAGS = /^NODE_COMPILE_CACHE=(\S+) node (.*)$/;

const indexOf = (name: string, text: RegExp) =>
	instructions.findIndex(
		(instruction) => instruction.name === name && text.test(instruction.text),
	);

/** As Docker reads it, where a star takes a leading dot too. */
const fits = (pattern: string, path: string) =>
	new RegExp(
		`^${RegExp.escape(pattern).replaceAll("\\*\\*\\/", "(.*/)?").replaceAll("\\*", "[^/]*")}$`,
	).test(path);

/** By the last pattern that fits it or a folder that it is in. */
function isInContext(file: string): boolean {
	const patterns = read(".dockerignore")
		.split("\n")
		.filter((line) => line && !line.startsWith("#"));
	const parts = file.split("/");
	const paths = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
	const last = patterns.findLast((pattern) =>
		paths.some((path) => fits(pattern.replace("!", ""), path)),
	);
	return last === undefined || last.startsWith("!");
}

test("the image has the Node that the program wants, of one major version", () => {
	const [, major] = /^node:(\d+)-slim$/.exec(only("FROM")) ?? [];
	const [, wanted] = /^>=(\d+)\./.exec(manifest.engines.node) ?? [];

	expect(major).toBeDefined();
	expect(major).toBe(wanted);
});

test("it is started as by npm start, and is itself the process that is told to stop", () => {
	const [, cache = "", line = ""] = FLAGS.exec(manifest.scripts.start) ?? [];

	expect(JSON.parse(only("CMD"))).toEqual(["node", ...line.split(" ")]);
	expect(imageEnv.NODE_COMPILE_CACHE).toBe(resolve(only("WORKDIR"), cache));
	expect(all("ENTRYPOINT")).toEqual([]);
});

test("it does not run as root, and what it writes is its own", () => {
	const user = only("USER");
	const own = all("RUN").find((text) =>
		text.startsWith(`install -d -o ${user} -g ${user} `),
	);

	expect(user).toBe("node");
	expect(own?.split(" ")).toContain(imageEnv.DATA_DIR);
	expect(own?.split(" ")).toContain("node_modules/.cache");
});

test("its code is compiled for the user and by the command that it is started with", () => {
	const command = (JSON.parse(only("CMD")) as string[]).join(" ");
	const compiled = indexOf("RUN", /src\/main\.ts/);

	// Whatever else it said, the image would be broken.
	expect(instructions[compiled]?.text).toBe(
		`(${command} 2>&1 || true) | grep "AIRTABLE_API_KEY: missing"`,
	);
	expect(compiled).toBeGreaterThan(indexOf("USER", /./));
	expect(compiled).toBeGreaterThan(indexOf("COPY", /^src /));
});

test("packages are installed as locked, without development's and their scripts, and again only where they changed", () => {
	const installed = indexOf("RUN", /^npm ci --omit=dev --ignore-scripts\b/);

	expect(installed).toBeGreaterThan(indexOf("COPY", /package-lock\.json/));
	expect(installed).toBeLessThan(indexOf("COPY", /^src /));
	expect(all("COPY")).toEqual(["package.json package-lock.json ./", "src src"]);
});

test("the doctor is where it says that it is", () => {
	const [, user, path = ""] =
		/^fly ssh console -u (\w+) -C "node (\/.*)"$/.exec(ON_FLY) ?? [];

	const inRepository = relative(only("WORKDIR"), path);
	expect(user).toBe(only("USER"));
	expect(isInContext(inRepository)).toBe(true);
	expect(read(inRepository)).toContain("doctor");
});

test("its health is asked where it listens, of all who can reach it", () => {
	expect(imageEnv.HOST).toBe("0.0.0.0");
	expect(only("EXPOSE")).toBe(imageEnv.PORT);
	expect(only("HEALTHCHECK")).toContain(
		`http://127.0.0.1:\${process.env.PORT}/health`,
	);
});

test.each([
	".env",
	".env.production",
	"src/.env",
	"data/inbox.db",
	".git/config",
	"node_modules/node/bin/node",
	"test/set-up.ts",
	"coverage/index.html",
	"fly.toml",
])("%s stays out of the image", (file) => {
	expect(isInContext(file)).toBe(false);
});

test.each(["package.json", "package-lock.json", "src/main.ts"])(
	"%s is in it",
	(file) => {
		expect(isInContext(file)).toBe(true);
	},
);
