import { ROUND_COUNTS, ROUND_ENDED } from "../inbox/ledger/facts.ts";
import type { Ledger } from "../inbox/ledger.ts";

/** Keeps what the last round did, for the figures, and counts it. @param at when it ended, ms since the epoch */
export async function noteRound(
	ledger: Pick<Ledger, "note" | "tally">,
	counts: Readonly<Record<(typeof ROUND_COUNTS)[number], number>>,
	at: number,
): Promise<void> {
	for (const name of ROUND_COUNTS)
		await ledger.note(`round_${name}`, counts[name]);
	await ledger.note(ROUND_ENDED, at);
	await ledger.tally(new Map([["round", 1]]), at);
}
