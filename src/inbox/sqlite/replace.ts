import { moveAside } from "./destroyed.ts";
import { holdFolder } from "./open/lock.ts";
import { isSound } from "./open/sound.ts";

/**
 * Moves a database aside that is destroyed, or could not be read twice.
 * @param isCertain it need not be looked through once more
 * @returns its new name; null: it is sound, and still there
 * @throws StoreHeld where another process has it open
 */
export function replaceDestroyed(
	dir: string,
	now: number,
	isCertain: boolean,
): string | null {
	const lock = holdFolder(dir);
	try {
		return isCertain || !isSound(dir) ? moveAside(dir, now) : null;
	} finally {
		lock.close();
	}
}
