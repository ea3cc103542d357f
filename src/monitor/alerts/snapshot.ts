import type { Depth, Inbox } from "../../inbox/inbox.ts";
import { type Ledger, ROUND_ENDED, ROUND_HELD } from "../../inbox/ledger.ts";
import { closesOf, sumOf } from "../rates.ts";
import { hasEnded } from "../webhooks.ts";
import type { Disk } from "./disk.ts";
import { type Shelved, shelvedOf } from "./shelved.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Tables and fields that are refused are named, up to so many. */
const MOST_REASONS = 5;
/** What passed proof and was no test; whether it was any good does not matter here. */
const CAME = ["webhook accepted", "webhook duplicate", "webhook parked"];

/** How a dependency answered last. */
export type Heard = {
	/** `unknown`: nothing was heard of it since the start. */
	state: "unknown" | "ok" | "failing";
	/** Since when it is so, ms since the epoch. */
	since: number | null;
	/** HTTP status; null: there was no answer. */
	status: number | null;
	/** Why it is failing. */
	why: string | null;
};

/** What the causes of alerts are judged by, of one moment. Times are ms since the epoch. */
export type Snapshot = {
	at: number;
	webhooks: {
		ever: boolean;
		lastHour: number;
		/** One became overdue within the last hour; and within the last day. */
		missedLastHour: boolean;
		missedLastDay: boolean;
	};
	/** Of the last 24 h. */
	endings: { done: number; failed: number };
	/** Of the last 24 h: closed because polling or NCA said so, and because a webhook did. */
	closes: { recovered: number; delivered: number };
	shelved: Shelved[];
	/** Waiting for a field that Airtable refuses: how many, and what was said to some of them. */
	refused: { count: number; reasons: string[] };
	airtable: { heard: Heard; calls: number; limit: number | null };
	/** Time-outs of the last round. */
	held: number;
	ncaHungSince: number | null;
	poller: {
		/** Infinity: there are no rounds by themselves. */
		intervalMs: number;
		lastEndedAt: number | null;
		/** Since when rounds are due so often: this program was started, or the month's quota is new. */
		pacedAt: number;
	};
	/** null: there is none of ours, or it could not be asked. */
	disk: Disk | null;
	/** Databases that were destroyed, moved aside, and are still there. */
	destroyed: readonly string[];
};

type Needs = {
	inbox: Pick<Inbox, "list" | "depth" | "totals" | "whyWaiting">;
	ledger: Pick<
		Ledger,
		"fact" | "recall" | "jobOf" | "tallies" | "missedBetween"
	>;
	/** How Airtable answers. */
	airtable: () => Heard;
	/** AIRTABLE_MONTHLY_CALLS */
	monthlyCalls: number | null;
	ncaHungSince: () => Promise<number | null>;
	/** From one round to the next; Infinity: there are none by themselves. */
	roundEveryMs: () => Promise<number>;
	disk: () => Promise<Disk | null>;
	destroyed: () => Promise<readonly string[]>;
	/** What is not JSON comes from one who has shown who it is: a stranger's is nobody's failure. */
	isProofDemanded: boolean;
	/** How long a webhook may take, ms. */
	timeoutMs: number;
	startedAt: number;
	now: () => number;
};

/** Looks at everything that an alert can be about. @throws where the store cannot answer */
export function createGather(needs: Needs): () => Promise<Snapshot> {
	const { inbox, ledger, timeoutMs } = needs;
	let pace = { everyMs: 0, since: needs.startedAt };

	/** A round that was not due for hours is not late the moment rounds are frequent again. */
	async function paceAt(at: number): Promise<typeof pace> {
		const everyMs = await needs.roundEveryMs();
		const since = everyMs < pace.everyMs / 2 ? at : pace.since;
		pace = { everyMs, since };
		return pace;
	}

	return async () => {
		const at = needs.now();
		const overdue = at - timeoutMs;
		const day = await ledger.tallies(at - DAY_MS);
		const ever = await ledger.tallies();
		const depth = await inbox.depth();
		const { everyMs, since: pacedAt } = await paceAt(at);
		const month = new Date(at).toISOString().slice(0, "2026-11".length);
		return {
			at,
			webhooks: {
				ever: sumOf(ever, CAME) > 0 || hasEnded(await inbox.totals()),
				lastHour: sumOf(await ledger.tallies(at - HOUR_MS), CAME),
				missedLastHour: await ledger.missedBetween(overdue - HOUR_MS, overdue),
				missedLastDay: await ledger.missedBetween(overdue - DAY_MS, overdue),
			},
			endings: {
				done: sumOf(day, ["ended done"]),
				failed: sumOf(day, [
					"ended buried",
					...(needs.isProofDemanded ? ["webhook malformed"] : []),
				]),
			},
			closes: closesOf(day),
			shelved: await shelvedOf(needs, depth),
			refused: await refusedOf(needs, depth),
			airtable: {
				heard: needs.airtable(),
				calls: sumOf(ever, [`airtable calls ${month}`]),
				limit: needs.monthlyCalls,
			},
			held: (await ledger.fact(ROUND_HELD)) ?? 0,
			ncaHungSince: await needs.ncaHungSince(),
			poller: {
				intervalMs: everyMs,
				lastEndedAt: await ledger.fact(ROUND_ENDED),
				pacedAt,
			},
			disk: await needs.disk(),
			destroyed: await needs.destroyed(),
		};
	};
}

async function refusedOf(
	{ inbox }: Needs,
	{ waitingFor }: Depth,
): Promise<Snapshot["refused"]> {
	const { refused: count = 0 } = waitingFor;
	const reasons =
		count > 0 ? await inbox.whyWaiting("refused", MOST_REASONS) : [];
	return { count, reasons };
}
