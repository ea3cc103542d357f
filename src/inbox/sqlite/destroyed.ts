import {
	existsSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The database in its folder; SQLite keeps its log and the log's index beside it, under these endings. */
export const DATABASE = "inbox.db";
const BESIDE = ["", "-wal", "-shm"];
const ASIDE = `${DATABASE}.destroyed-`;
/** Left by a process that met damage: the next one is to look at all of the file. */
const SUSPECTED = `${DATABASE}.suspected`;

/**
 * Moves a destroyed database away, with its log, for a person to look at; what was moved before stays.
 * @returns the file's new name. @throws where the folder cannot be written
 */
export function moveAside(dir: string, now: number): string {
	const name = `${ASIDE}${new Date(now).toISOString()}`;
	let free = name;
	for (let nth = 2; isTaken(dir, free); nth += 1) free = `${name}-${nth}`;
	for (const ending of BESIDE) {
		const from = join(dir, `${DATABASE}${ending}`);
		if (existsSync(from)) renameSync(from, join(dir, `${free}${ending}`));
	}
	rmSync(join(dir, SUSPECTED), { force: true });
	return free;
}

/** The names of the destroyed databases that still are in a folder, oldest first; none where it cannot be read. */
export async function destroyedIn(dir: string): Promise<string[]> {
	const names = await readdir(dir).catch(() => []);
	return names
		.filter((name) => name.startsWith(ASIDE) && !/-(?:wal|shm)$/.test(name))
		.sort();
}

/** That a statement met damage: to be known at the next start. */
export function suspect(dir: string): void {
	writeFileSync(join(dir, SUSPECTED), "");
}

/** Whether a process met damage since the file was looked through. */
export function isSuspected(dir: string): boolean {
	return existsSync(join(dir, SUSPECTED));
}

/** That the file was looked through, and is sound. */
export function cleared(dir: string): void {
	rmSync(join(dir, SUSPECTED), { force: true });
}

/** SQLite would take it for a new one, and throw the log away that belongs to what was there. */
export function isEmptied(dir: string): boolean {
	return (
		sizeOf(join(dir, DATABASE)) === 0 &&
		sizeOf(join(dir, `${DATABASE}-wal`)) > 0
	);
}

/** bytes; 0: it is not there */
export function sizeOf(file: string): number {
	return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function isTaken(dir: string, name: string): boolean {
	return BESIDE.some((ending) => existsSync(join(dir, `${name}${ending}`)));
}
