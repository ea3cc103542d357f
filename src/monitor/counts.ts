import type { Tallies } from "../inbox/ledger/tallies.ts";
import { createGathered } from "./gathered.ts";

type Needs = { ledger: Pick<Tallies, "tally">; now: () => number };

/** What happens too often to be written each time, by its tally's name. */
export type Counts = {
	add(name: string, n?: number): void;
	/** Writes what was counted since the last time. @throws as the store does, and then it is written with the next */
	write(): Promise<void>;
};

export function createCounts({ ledger, now }: Needs): Counts {
	const { add, write } = createGathered<string>((counts) =>
		ledger.tally(counts, now()),
	);
	return { add, write };
}
