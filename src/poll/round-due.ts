import { LAST_ROUND } from "../inbox/ledger/facts.ts";
import type { Ledger } from "../inbox/ledger.ts";

type Needs = {
	ledger: Pick<Ledger, "fact">;
	/** How often rounds are set to run. */
	intervalMs: number;
	/** How often they may for now, ms; Infinity: not by themselves. @throws Transient */
	roundEveryMs: () => Promise<number>;
	now: () => number;
};

/** How late a tick of the clock can be for a round that is due at it, ms. */
const TICK_SLACK = 30_000;

/** Whether the time has passed since the last round, of any machine, began. @throws Transient */
export async function isRoundDue({
	ledger,
	intervalMs,
	roundEveryMs,
	now,
}: Needs): Promise<boolean> {
	const everyMs = await roundEveryMs();
	if (everyMs === Number.POSITIVE_INFINITY) return false;
	const last = await ledger.fact(LAST_ROUND);
	if (last === null || last > now()) return true;
	// Where rounds are held back, one too soon is one too many.
	const slack = everyMs > intervalMs ? 0 : TICK_SLACK;
	return now() - last >= everyMs - slack;
}
