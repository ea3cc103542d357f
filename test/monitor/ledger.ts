import type { Tallies } from "../../src/inbox/ledger/tallies.ts";

const MINUTE = 60_000;

/** A ledger that counts by name and minute, in memory, and that can be told to take nothing. */
export function createTallies() {
	const rows: { name: string; minute: number; n: number }[] = [];
	let isFull = false;

	const ledger: Pick<Tallies, "tally" | "tallies"> = {
		async tally(counts, at) {
			if (isFull) throw new Error("the disk is full");
			const minute = Math.floor(at / MINUTE);
			for (const [name, n] of counts) rows.push({ name, minute, n });
		},
		async tallies(since = 0) {
			const sums = new Map<string, number>();
			for (const { name, minute, n } of rows) {
				if (minute < Math.floor(since / MINUTE)) continue;
				sums.set(name, (sums.get(name) ?? 0) + n);
			}
			return sums;
		},
	};
	return {
		...ledger,
		fill(full: boolean) {
			isFull = full;
		},
	};
}
