import type { Ledger } from "../inbox/ledger.ts";
import { createGathered } from "./gathered.ts";

const DAY_MS = 24 * 3_600_000;

/** Upper bounds, ms; the last takes what took longer, too, which no request does. */
const BOUNDS = [
	0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 60_000,
];

type Needs = {
	ledger: Pick<Ledger, "acknowledged" | "acknowledgements">;
	now: () => number;
};

export type Acknowledgements = {
	/** NCA was held so long, ms. */
	took(ms: number): void;
	/** Writes what was counted since the last time. */
	write(): Promise<void>;
	/** Of the last 24 h, ms, as the upper bound of where it lies; null where nothing was measured. */
	percentiles(): Promise<{ p50: number | null; p99: number | null }>;
};

/** How long NCA waits for its answers: counted in memory, since a write for each would make it wait longer. */
export function createAcknowledgements({
	ledger,
	now,
}: Needs): Acknowledgements {
	const counted = createGathered<number>((counts) =>
		ledger.acknowledged(now(), counts),
	);

	return {
		took(ms) {
			counted.add(BOUNDS.find((bound) => ms <= bound) ?? Number(BOUNDS.at(-1)));
		},
		write: counted.write,
		async percentiles() {
			const written = await ledger.acknowledgements(now() - DAY_MS);
			const totals = BOUNDS.map(
				(bound) =>
					[bound, (written.get(bound) ?? 0) + counted.count(bound)] as const,
			);
			return { p50: percentile(totals, 0.5), p99: percentile(totals, 0.99) };
		},
	};
}

function percentile(
	totals: readonly (readonly [bound: number, count: number])[],
	part: number,
): number | null {
	let left = part * totals.reduce((sum, [, count]) => sum + count, 0);
	if (left === 0) return null;
	for (const [bound, count] of totals) {
		left -= count;
		if (left <= 0) return bound;
	}
	return null;
}
