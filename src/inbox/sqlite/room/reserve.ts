import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { sizeOf } from "../destroyed.ts";

const NAME = "reserve";
const PIECE = Buffer.alloc(1024 * 1024);

/** A file that stands for nothing but its room on the disk, bytes. */
export function createReserve(dir: string, size: number) {
	const path = join(dir, NAME);
	let isHeld = sizeOf(path) === size;

	return {
		held: () => isHeld,
		/** Where there is not room enough, none is taken. */
		take(): void {
			try {
				fill(path, size);
				isHeld = true;
			} catch {
				rmSync(path, { force: true });
			}
		},
		giveUp(): void {
			giveUpReserve(dir);
			isHeld = false;
		},
	};
}

/** @returns whether there was one */
export function giveUpReserve(dir: string): boolean {
	const path = join(dir, NAME);
	const wasHeld = sizeOf(path) > 0;
	rmSync(path, { force: true });
	return wasHeld;
}

function fill(path: string, size: number): void {
	const file = openSync(path, "w");
	try {
		for (let left = size; left > 0; )
			left -= writeSync(file, PIECE, 0, Math.min(left, PIECE.length));
	} finally {
		closeSync(file);
	}
}
