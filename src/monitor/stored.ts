import type { Depth, EndingTotal, Inbox } from "../inbox/inbox.ts";
import {
	LAST_RECEIVED,
	LAST_ROUND,
	ROUND_COUNTS,
	ROUND_ENDED,
} from "../inbox/ledger/facts.ts";
import type { Ledger } from "../inbox/ledger.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type StoreNeeds = {
	inbox: Pick<Inbox, "totals" | "depth">;
	ledger: Pick<
		Ledger,
		| "tallies"
		| "inProcessing"
		| "madeSince"
		| "missedBetween"
		| "lateWebhooks"
		| "fact"
	>;
	/** How long a webhook may take before the poller looks, ms. */
	timeoutMs: number;
	now: () => number;
};

/** What the store knows that figures are made of. Times are ms since the epoch. */
export type Stored = {
	at: number;
	endings: readonly EndingTotal[];
	depth: Depth;
	/** Since the store was made. */
	counts: ReadonlyMap<string, number>;
	lastHour: ReadonlyMap<string, number>;
	lastDay: ReadonlyMap<string, number>;
	inProcessing: { stuck: number; expected: number };
	madeInLastHour: number;
	/** One was expected within the last hour, and is overdue. */
	missedInLastHour: boolean;
	lateWebhooks: number;
	lastReceived: number | null;
	/** When the last round began. */
	roundBegan: number | null;
	roundEnded: number | null;
	/** Of the last round that ended. */
	round: Record<(typeof ROUND_COUNTS)[number], number | null>;
};

/** Reads it all. @throws where the store cannot answer */
export async function readStored({
	inbox,
	ledger,
	timeoutMs,
	now,
}: StoreNeeds): Promise<Stored> {
	const at = now();
	const hourAgo = at - HOUR_MS;
	const round = await Promise.all(
		ROUND_COUNTS.map(
			async (name) => [name, await ledger.fact(`round_${name}`)] as const,
		),
	);
	return {
		at,
		endings: await inbox.totals(),
		depth: await inbox.depth(),
		counts: await ledger.tallies(),
		lastHour: await ledger.tallies(hourAgo),
		lastDay: await ledger.tallies(at - DAY_MS),
		inProcessing: await ledger.inProcessing(),
		madeInLastHour: await ledger.madeSince(hourAgo),
		missedInLastHour: await ledger.missedBetween(hourAgo, at - timeoutMs),
		lateWebhooks: await ledger.lateWebhooks(),
		lastReceived: await ledger.fact(LAST_RECEIVED),
		roundBegan: await ledger.fact(LAST_ROUND),
		roundEnded: await ledger.fact(ROUND_ENDED),
		round: Object.fromEntries(round) as Stored["round"],
	};
}
