import type { Files } from "../../ledger/files.ts";
import type { Database } from "../database.ts";

/** The files that were found. */
export function createSqliteFiles(
	db: Database,
): Files & { prune(before: number): void } {
	const see = db.prepare(`
		INSERT INTO files (url, size, seen_at) VALUES ($url, $size, $at)
		ON CONFLICT DO UPDATE SET size = $size, seen_at = $at`);
	const file = db.prepare("SELECT size, seen_at FROM files WHERE url = $url");
	const prune = db.prepare("DELETE FROM files WHERE seen_at < $before");
	/** What is to be written, all of one turn together: a round sees thousands, and each by itself is a write to the disk. */
	let unwritten: Parameters<typeof see.run>[0][] = [];
	let written: Promise<void> | null = null;

	async function write(): Promise<void> {
		await new Promise(setImmediate);
		const some = unwritten;
		unwritten = [];
		written = null;
		db.transaction(() => {
			for (const one of some) see.run(one);
		});
	}

	return {
		fileSeen(url, size, at) {
			unwritten.push({ $url: url, $size: size, $at: at });
			written ??= write();
			return written;
		},
		async seenFile(url) {
			const row = file.get({ $url: url });
			return row
				? { size: row.size as number, at: row.seen_at as number }
				: null;
		},
		prune(before) {
			prune.run({ $before: before });
		},
	};
}
