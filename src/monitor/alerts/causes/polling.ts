import { ROUND_ENDED, ROUND_HELD } from "../../../inbox/ledger/facts.ts";
import type { Ledger } from "../../../inbox/ledger.ts";
import type { Cause, Moment } from "./cause.ts";

const MINUTE_MS = 60_000;
/** The poller is silent when so many intervals went by without a round. */
const INTERVALS = 3;

/** What rounds of polling do and find. Times are ms since the epoch. */
export type PollingFacts = {
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
};

export type PollingNeeds = {
	ledger: Pick<Ledger, "fact">;
	ncaHungSince: () => Promise<number | null>;
	/** From one round to the next; Infinity: there are none by themselves. */
	roundEveryMs: () => Promise<number>;
	startedAt: number;
};

/** Reads them, and remembers how often rounds were due before. What it returns throws where the store cannot answer. */
export function createPollingFacts({
	ledger,
	ncaHungSince,
	roundEveryMs,
	startedAt,
}: PollingNeeds): (moment: Moment) => Promise<PollingFacts> {
	let pace = { everyMs: 0, since: startedAt };

	/** A round that was not due for hours is not late the moment rounds are frequent again. */
	async function paceAt(at: number): Promise<typeof pace> {
		const everyMs = await roundEveryMs();
		const since = everyMs < pace.everyMs / 2 ? at : pace.since;
		pace = { everyMs, since };
		return pace;
	}

	return async ({ at }) => {
		const { everyMs, since: pacedAt } = await paceAt(at);
		return {
			held: (await ledger.fact(ROUND_HELD)) ?? 0,
			ncaHungSince: await ncaHungSince(),
			poller: {
				intervalMs: everyMs,
				lastEndedAt: await ledger.fact(ROUND_ENDED),
				pacedAt,
			},
		};
	};
}

export const pollingCauses: readonly Cause<PollingFacts>[] = [
	{
		id: "timeouts_held",
		title: "timeouts held",
		meaning:
			"More than ten jobs would be failed as timed out at once, which is more likely a fault of ours or of NCA's. None of them was.",
		remedy:
			'Look at these jobs. If they have really failed: `POST /debug/check-stuck-jobs` with `{"give_up": true}`.',
		page: "/debug/jobs?state=stuck",
		look: ({ held }) =>
			held > 0 ? { details: `${held} held by the last round` } : null,
	},
	{
		id: "nca_hung",
		title: "nca hung",
		meaning:
			"NCA has jobs queued or running, and none has finished for an hour. Its worker may wait for somebody who does not answer its webhook.",
		remedy: "Look at NCA's log, and restart it.",
		page: "/status",
		look: ({ ncaHungSince: since }) =>
			since === null
				? null
				: { details: "no job has finished there for an hour", since },
	},
	{
		id: "poller_silent",
		title: "poller silent",
		meaning:
			"No round of polling has ended for three intervals. Jobs whose webhook is lost stay open.",
		remedy:
			"Look in the log for `poll round failed`; run one by `POST /debug/check-stuck-jobs`; restart the program.",
		page: "/status",
		look({ at, poller: { intervalMs, lastEndedAt, pacedAt } }, isOpen) {
			// Over is it when a round has ended, not because the process was restarted.
			const since = Math.max(lastEndedAt ?? 0, isOpen ? 0 : pacedAt);
			if (at - since <= INTERVALS * intervalMs) return null;
			const minutes = Math.round(intervalMs / MINUTE_MS);
			return { details: `one is due every ${minutes} min`, since };
		},
	},
];
