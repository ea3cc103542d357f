import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { setUpDoctor } from "./set-up.ts";

const DOCTOR = fileURLToPath(
	new URL("../../../src/commands/doctor/main.ts", import.meta.url),
);

/** The command in a process of its own, where no `.env` of a person is found. */
function run(args: string[], env: Record<string, string>, cwd: string) {
	const child = spawn(process.execPath, [DOCTOR, ...args], { env, cwd });
	let stdout = "";
	let stderr = "";
	child.stdout.on("data", (chunk) => {
		stdout += chunk;
	});
	child.stderr.on("data", (chunk) => {
		stderr += chunk;
	});
	return new Promise<{ code: number | null; stdout: string; stderr: string }>(
		(resolve) =>
			child.once("close", (code) => resolve({ code, stdout, stderr })),
	);
}

test("the command ends with 0 where nothing is broken, and says so to a person", async () => {
	const doctor = await setUpDoctor();

	const { code, stdout, stderr } = await run([], doctor.env, doctor.dir);

	expect(stderr).toBe("");
	expect(stdout).toMatch(/^\nSettings\n {2}✓ /);
	expect(stdout).toMatch(/✗ 0 broken .*\n$/m);
	expect(code).toBe(0);
	expect(doctor.airtable.calls.map(({ method }) => method)).toEqual(["LIST"]);
});

test("the command ends with 1 where something is, and says it to a machine alone", async () => {
	const doctor = await setUpDoctor({ AIRTABLE_API_KEY: "patWRONG.0123456789" });

	const { code, stdout } = await run(["--json"], doctor.env, doctor.dir);

	const { ok, findings } = JSON.parse(stdout);
	expect(ok).toBe(false);
	expect(findings).toContainEqual(
		expect.objectContaining({ area: "Airtable", state: "broken" }),
	);
	expect(Object.keys(findings[0])).toEqual([
		"area",
		"check",
		"state",
		"found",
		"remedy",
	]);
	expect(stdout).not.toContain("patWRONG");
	expect(code).toBe(1);
});

test("the command says what is missing where nothing is set", async () => {
	const { dir } = await setUpDoctor();

	// Its questions about the clock, and to Spaces, stay on this machine.
	const env = {
		AIRTABLE_ENDPOINT_URL: "http://127.0.0.1:1",
		SPACES_BASE_URL: "http://127.0.0.1:1/phi-bucket",
	};
	const { code, stdout } = await run([], env, dir);

	expect(stdout).toContain("✗ AIRTABLE_API_KEY: missing");
	expect(stdout).toContain("Set AIRTABLE_API_KEY, AIRTABLE_BASE_ID first");
	expect(code).toBe(1);
});

test.each([["--jsno"], ["json"], ["--json=yes"], ["--object"]])(
	"%s is no option: the command shows which there are, and looks at nothing",
	async (arg) => {
		const doctor = await setUpDoctor();

		const { code, stdout, stderr } = await run([arg], doctor.env, doctor.dir);

		expect(code).toBe(2);
		expect(stdout).toBe("");
		expect(stderr).toMatch(/^doctor: .*\n\nnpm run doctor -- \[--json\]/);
		expect(doctor.airtable.calls).toEqual([]);
	},
);

test("help is no fault", async () => {
	const { dir } = await setUpDoctor();

	const { code, stdout } = await run(["--help"], {}, dir);

	expect(code).toBe(0);
	expect(stdout).toContain("npm run doctor -- [--json]");
});
