import { statfs } from "node:fs/promises";

/** Bytes: what we may still write, and all there are. */
export type Disk = { free: number; total: number };

/** How full the disk of a folder is; null where it cannot be asked. */
export async function diskOf(dir: string): Promise<Disk | null> {
	try {
		const { bavail, bsize, blocks } = await statfs(dir);
		return { free: bavail * bsize, total: blocks * bsize };
	} catch {
		return null;
	}
}
