import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const LOAD = fileURLToPath(
	new URL("../../src/sandbox/load.ts", import.meta.url),
);

function run(args: string[], env: Record<string, string> = {}) {
	return spawnSync(process.execPath, [LOAD, ...args], {
		encoding: "utf8",
		env,
	});
}

test("on Fly the load test refuses to start", () => {
	const { status, stdout, stderr } = run(["--jobs", "1"], {
		FLY_APP_NAME: "nca-webhooks",
	});

	expect(status).toBe(1);
	expect(stderr).toContain("does not run on Fly");
	expect(stdout).toBe("");
});

test("a wrong option makes no jobs, and shows which there are", () => {
	const { status, stdout, stderr } = run(["--jobs", "0"]);

	expect(status).toBe(2);
	expect(stderr).toMatch(/^load: --jobs is a whole number from 1 to 10,000/);
	expect(stderr).toContain("--lost SHARE");
	expect(stdout).toBe("");
});

test("help is no fault", () => {
	const { status, stdout } = run(["--help"]);

	expect(status).toBe(0);
	expect(stdout).toContain("npm run load -- [--jobs N] [--lost SHARE]");
});

test("a small load runs to its end, in plain lines", () => {
	const { status, stdout } = run(["--jobs", "2", "--lost", "0"]);

	expect(stdout).toContain("2/2 closed");
	expect(stdout).toContain("Every job was closed rightly");
	expect(stdout).not.toContain("\r");
	expect(status).toBe(0);
});
