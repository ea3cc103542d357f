import type { Database } from "../database.ts";
import { createReserve } from "./reserve.ts";

const MB = 1024 * 1024;
/** With it the log of changes can be written into the file and begun anew, whatever else fills the disk; bytes. */
const LARGEST_RESERVE = 16 * MB;
/** Of a small disk it is this part. */
const PART = 8;

/** A disk's, in blocks, and the size of one, bytes. */
export type SpaceOf = (dir: string) => {
	bavail: number;
	blocks: number;
	bsize: number;
};

/** How much room the disk has, and the reserve on it. Sets the log's size to what the reserve can take up. */
export function createSpace(db: Database, dir: string, spaceOf: SpaceOf) {
	const { bsize, blocks } = spaceOf(dir);
	const size = Math.min(LARGEST_RESERVE, Math.floor((bsize * blocks) / PART));
	const reserve = createReserve(dir, size);
	const pageBytes = numberOf("page_size");
	// The log never grows over what the reserve can take up.
	if (size < LARGEST_RESERVE) {
		const pages = Math.max(1, Math.floor(size / pageBytes));
		db.prepare(`PRAGMA wal_autocheckpoint = ${pages}`).get();
		db.prepare(`PRAGMA journal_size_limit = ${size}`).get();
	}

	function numberOf(pragma: string): number {
		return Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
	}

	/** Of the disk, and of the file where nothing stands any more; bytes. */
	function left(): number {
		const { bavail, bsize } = spaceOf(dir);
		return bavail * bsize + numberOf("freelist_count") * pageBytes;
	}

	return {
		/** Of the reserve, bytes. */
		size,
		reserve,
		left,
		/** Whether so many bytes fit in, and the reserve beside them. */
		hasRoom: (bytes: number) => reserve.held() || left() >= size + bytes,
	};
}
