import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../../../errors.ts";

const { R_OK, W_OK, X_OK } = constants;

/** What is written there; a volume can hold more, such as `lost+found`. */
const OURS = [
	"inbox.db",
	"inbox.db-wal",
	"inbox.db-shm",
	"lock.db",
	"lock.db-journal",
	"reserve",
];

/**
 * Makes the folder, if need be, and sees that all in it can be written: a file that another user left there would be
 * read, and locked, without a complaint.
 * @param access as Node's `accessSync`
 * @throws StartError naming DATA_DIR and what cannot be had
 */
export function ownFolder(dir: string, access = accessSync): void {
	try {
		mkdirSync(dir, { recursive: true });
	} catch (cause) {
		throw new StartError(`DATA_DIR: ${dir} cannot be made: ${String(cause)}`, {
			cause,
		});
	}
	for (const [path, mode] of [
		[dir, W_OK | X_OK] as const,
		...OURS.map((name) => join(dir, name))
			.filter((file) => existsSync(file))
			.map((file) => [file, R_OK | W_OK] as const),
	]) {
		try {
			access(path, mode);
		} catch (cause) {
			throw new StartError(
				`DATA_DIR: ${path} cannot be written by this user: give it to the one that the program runs as, with chown`,
				{ cause },
			);
		}
	}
}
