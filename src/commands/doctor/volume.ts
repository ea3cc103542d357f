import { randomBytes } from "node:crypto";
import { rm, stat, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { destroyedIn } from "../../inbox/sqlite/destroyed.ts";
import type { Finding } from "./check.ts";
import { broken, ok, warning } from "./verdict.ts";

/** bytes */
type Space = { free: number; size: number };

type Needs = {
	dir: string;
	/** Where it is set, the folder is not used. */
	redisUrl: string | undefined;
	onFly: boolean;
	onRootFileSystem: (dir: string) => boolean;
	spaceOf?: (dir: string) => Promise<Space>;
};

const MB = 1024 * 1024;
const LOW = { share: 0.1, bytes: 100 * MB };
const FULL = { share: 0.01, bytes: 20 * MB };
const ROOM =
	"Make the volume larger, or RETENTION_DAYS smaller; what waits is never thrown away";

/** The folder of the inbox: there, on a disk that outlives a deploy, writable, with room. Leaves nothing there. */
export async function examineVolume(needs: Needs): Promise<Finding[]> {
	const { dir, onFly, onRootFileSystem, spaceOf = spaceIn } = needs;
	if (needs.redisUrl !== undefined)
		return [ok("DATA_DIR", "not used: the inbox is in Redis")];
	const isFolder = await stat(dir).then(
		(found) => found.isDirectory(),
		() => null,
	);
	const mount = onFly ? mounted(dir, onRootFileSystem(dir)) : [];
	if (isFolder === null)
		return [
			...mount,
			warning(
				"DATA_DIR",
				`${dir} is not there, or not to be seen`,
				"Make it, for the user that the program runs as; the first start makes it where it may",
			),
		];
	if (!isFolder)
		return [
			broken("DATA_DIR", `${dir} is no folder`, "Set DATA_DIR to a folder"),
		];
	const fault = await tryToWrite(dir);
	const writable = fault
		? broken(
				"writable",
				`${dir} takes no file: ${fault}`,
				"Give the folder to the user that the program runs as; where it is ENOSPC, make room",
			)
		: ok("writable", `${dir} takes a file`);
	const aside = (await destroyedIn(dir)).map(ofDestroyed);
	return [...mount, writable, ofSpace(await spaceOf(dir)), ...aside];
}

function ofDestroyed(name: string): Finding {
	return warning(
		"database",
		`one was destroyed, and moved aside as ${name}`,
		"Check the disk; run POST /debug/check-stuck-jobs; then move that file elsewhere, or remove it, with those of its name that end in -wal and -shm",
	);
}

function mounted(dir: string, onRoot: boolean): Finding[] {
	return [
		onRoot
			? broken(
					"mount",
					`${dir} is on the root file system, which a deploy erases`,
					"Mount a volume there ([mounts] in fly.toml), or set REDIS_URL",
				)
			: ok("mount", `${dir} is on a disk of its own`),
	];
}

/** @returns why it cannot be done */
async function tryToWrite(dir: string): Promise<string | null> {
	const file = join(dir, `doctor-${randomBytes(8).toString("hex")}`);
	try {
		// A full disk still takes an empty one.
		await writeFile(file, Buffer.alloc(4096), { flag: "wx" });
		return null;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code ?? "unknown fault";
	} finally {
		await rm(file, { force: true }).catch(() => {});
	}
}

function ofSpace({ free, size }: Space): Finding {
	const share = size === 0 ? 0 : free / size;
	const found = `${Math.floor(free / MB)} MB free, ${Math.floor(share * 100)} %`;
	const isBelow = (least: typeof LOW) =>
		share < least.share || free < least.bytes;
	if (isBelow(FULL)) return broken("free space", found, ROOM);
	return isBelow(LOW)
		? warning("free space", found, ROOM)
		: ok("free space", found);
}

async function spaceIn(dir: string): Promise<Space> {
	const { bavail, blocks, bsize } = await statfs(dir);
	return { free: bavail * bsize, size: blocks * bsize };
}
