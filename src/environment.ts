import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import dotenv from "dotenv";

/** Adds to this process's environment what the file `.env` of its folder says, where there is one; what is set stays. */
export function readEnvFile(): void {
	dotenv.config({ quiet: true });
}

/** Whether a folder, or what of its path exists, stands on the same device as `/`. */
export function onRootFileSystem(dir: string): boolean {
	let existing = resolve(dir);
	while (!existsSync(existing)) existing = dirname(existing);
	return statSync(existing).dev === statSync("/").dev;
}
