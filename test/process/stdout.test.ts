import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const SOURCE = new URL("../../src/stdout.ts", import.meta.url).href;

/** Runs a script that has `write` and `lines`, a text of many, its standard output not blocking; what came out of it. */
async function run(script: string): Promise<string> {
	const whole = `
		import { createStdout } from ${JSON.stringify(SOURCE)};
		process.stdout;
		const { write } = createStdout((flush) => process.on("exit", flush));
		const line = "x".repeat(999) + "\\n";
		${script}`;
	const child = spawn(process.execPath, ["--input-type=module", "-e", whole], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	return text(child.stdout);
}

test("a reader that is behind gets every line", async () => {
	const written = await run("for (let n = 0; n < 2000; n += 1) write(line);");

	expect(written).toHaveLength(2_000_000);
});

test("a kill loses no line of a turn that is over", async () => {
	const written = await run(`
		for (let n = 0; n < 50; n += 1) write(line);
		setImmediate(() => process.kill(process.pid, "SIGKILL"));`);

	expect(written).toHaveLength(50_000);
});

test("the lines of the last turn are written when the process ends", async () => {
	const written = await run("write(line); write(line); process.exit(0);");

	expect(written).toHaveLength(2000);
});

test("nobody reading is no reason to end", async () => {
	const child = spawn(
		process.execPath,
		[
			"--input-type=module",
			"-e",
			`import { createStdout } from ${JSON.stringify(SOURCE)};
			const { write } = createStdout(() => {});
			process.once("message", () => {
				write("x");
				setImmediate(() => process.exit(7));
			});`,
		],
		{ stdio: ["ignore", "pipe", "inherit", "ipc"] },
	);
	child.stdout?.destroy();

	child.send("go");
	const [code] = await once(child, "exit");

	expect(code).toBe(7);
});
