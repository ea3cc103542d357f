import { faultFields } from "../errors.ts";
import type { Tallies } from "../inbox/ledger/tallies.ts";
import type { Log } from "../log.ts";

const DAY_MS = 24 * 3_600_000;
/** Of the limit: from here on what is left is spread, and a person is told. */
export const MOST_USED = 0.8;
/** Of what is left, at least so much is kept for the webhooks. */
const RESERVE = 0.1;
/** Tallies: all calls, by month; and those of them that the poller made. */
const CALLS = "airtable calls ";
const POLLING = "polling calls";
const ROUNDS = "round";

export type Quota = {
	/** A call to Airtable goes. Never throws: a call that cannot be counted goes all the same. */
	count(by: "polling" | "settling"): Promise<void>;
	/** Calls of this month (UTC), of all machines. @throws Transient */
	used(): Promise<number>;
	/** How often a round may run by itself, ms; Infinity: not before the month ends. @throws Transient */
	roundEveryMs(): Promise<number>;
	/** Says it once a month when much of it is used, and when no more rounds run. @throws Transient */
	look(): Promise<void>;
};

type Needs = {
	ledger: Pick<Tallies, "tally" | "tallies">;
	/** AIRTABLE_MONTHLY_CALLS; null: there is no limit. */
	limit: number | null;
	/** How often rounds run while enough is left, ms. */
	intervalMs: number;
	log: Log;
	now: () => number;
};

/**
 * The month's calls to Airtable. Until 80 % of the limit rounds run as they are set; from there on they share what is
 * left after a reserve for the webhooks, which are never held back.
 */
export function createQuota(needs: Needs): Quota {
	const { ledger, limit, intervalMs, log, now } = needs;
	let isCounted = true;
	let toldOf = { spreading: "", held: "" };

	async function used(): Promise<number> {
		return callsOfMonth(await ledger.tallies(), now());
	}

	async function roundEveryMs(): Promise<number> {
		if (limit === null) return intervalMs;
		const totals = await ledger.tallies();
		const gone = callsOfMonth(totals, now());
		if (gone < MOST_USED * limit) return intervalMs;
		const ofADay = await ledger.tallies(now() - DAY_MS);
		const untilTurnMs = monthEnd(now()) - now();
		const left = limit - gone;
		const others = sumOfCalls(ofADay) - (ofADay.get(POLLING) ?? 0);
		const reserve = Math.max(RESERVE * left, (others * untilTurnMs) / DAY_MS);
		const callsOfARound = perRound(ofADay) ?? perRound(totals) ?? 1;
		const rounds = Math.floor((left - reserve) / callsOfARound);
		return rounds < 1
			? Number.POSITIVE_INFINITY
			: Math.max(intervalMs, untilTurnMs / rounds);
	}

	return {
		async count(by) {
			const at = now();
			const counts = new Map([[CALLS + monthOf(at), 1]]);
			if (by === "polling") counts.set(POLLING, 1);
			try {
				await ledger.tally(counts, at);
				isCounted = true;
			} catch (error) {
				if (isCounted)
					log.warn(faultFields(error), "airtable call not counted");
				isCounted = false;
			}
		},
		used,
		roundEveryMs,
		async look() {
			if (limit === null) return;
			const month = monthOf(now());
			const gone = await used();
			if (gone < MOST_USED * limit) return;
			const everyMs = await roundEveryMs();
			const isHeld = everyMs === Number.POSITIVE_INFINITY;
			const line = {
				month,
				used: gone,
				limit,
				left: Math.max(0, limit - gone),
			};
			if (toldOf.spreading !== month) {
				const minutes = isHeld ? null : Math.round(everyMs / 60_000);
				log.warn({ ...line, round_every_minutes: minutes }, "airtable quota");
			}
			if (isHeld && toldOf.held !== month)
				log.warn(line, "polling held until the month ends");
			toldOf = { spreading: month, held: isHeld ? month : toldOf.held };
		},
	};
}

/** How many calls were made in the month of that time, by UTC. @param at ms since the epoch */
export function callsOfMonth(
	totals: ReadonlyMap<string, number>,
	at: number,
): number {
	return totals.get(CALLS + monthOf(at)) ?? 0;
}

/** @returns e.g. `2026-11` */
function monthOf(at: number): string {
	return new Date(at).toISOString().slice(0, 7);
}

function monthEnd(at: number): number {
	const date = new Date(at);
	return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/** A day can be of two months. */
function sumOfCalls(tallies: ReadonlyMap<string, number>): number {
	return [...tallies]
		.filter(([name]) => name.startsWith(CALLS))
		.reduce((sum, [, n]) => sum + n, 0);
}

/** What a round costs, at least one call; null where none ran. */
function perRound(tallies: ReadonlyMap<string, number>): number | null {
	const rounds = tallies.get(ROUNDS) ?? 0;
	const calls = tallies.get(POLLING) ?? 0;
	return rounds === 0 ? null : Math.max(1, calls / rounds);
}
