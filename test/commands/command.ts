import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../set-up.ts";

/** Runs a command as a process of its own, where no `.env` of a person is found. */
export function runCommand(
	name: "check-webhook" | "check-spaces" | "proof",
	args: string[],
	env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
	const path = `../../src/commands/${name}/main.ts`;
	const main = fileURLToPath(new URL(path, import.meta.url));
	return new Promise((resolve) => {
		execFile(
			process.execPath,
			[main, ...args],
			{ env, cwd: temporaryFolder() },
			(error, stdout, stderr) =>
				resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
		);
	});
}
