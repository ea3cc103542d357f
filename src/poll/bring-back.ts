import type { Records } from "../airtable/records.ts";
import type { Inbox } from "../inbox/inbox.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Log } from "../log.ts";

type Needs = {
	records: Pick<Records, "bearers">;
	inbox: Pick<Inbox, "unmatched" | "lookedFor" | "replay">;
	ledger: Pick<Ledger, "fact" | "note">;
	wake: () => void;
	/** How often records may be looked for by themselves, ms. @throws Transient */
	lookEveryMs: () => Promise<number>;
	/** How long a webhook waits for its record, ms. */
	maxAgeMs: number;
	/** A number for what SPACES_BASE_URL is set to. */
	spacesMark: number;
	log: Log;
	now: () => number;
};

/** As many as one Airtable read finds: what strangers send costs no more than that. */
const MOST = 100;
/** How late a tick of the clock can be for what is due at it, ms. */
const TICK_SLACK = 30_000;
const SPACES_MARK = "spaces_mark";

/** What waits or is parked for want of something, and is taken through the drain again when that is there. */
export function createBringBack(needs: Needs) {
	const { records, inbox, ledger, wake, maxAgeMs, log, now } = needs;
	let lookedAt = Number.NEGATIVE_INFINITY;

	/** Looks once for the records of webhooks that wait for theirs. @throws Transient */
	async function matched(): Promise<void> {
		const waiting = await inbox.unmatched(MOST);
		if (waiting.length === 0) return;
		const bearers = await records.bearers(
			waiting.flatMap(({ jobId }) => jobId ?? []),
			waiting.flatMap(({ jobId, ncaJobId }) => (jobId ? [] : (ncaJobId ?? []))),
		);
		const isThere = ({ jobId, ncaJobId }: (typeof waiting)[number]) =>
			bearers.some((job) =>
				jobId ? job.id === jobId : job.ncaJobId === ncaJobId,
			);
		const isOver = ({ since }: (typeof waiting)[number]) =>
			now() - since >= maxAgeMs;
		const due = waiting.filter((one) => isThere(one) || isOver(one));
		await inbox.lookedFor(
			waiting.map(({ id }) => id),
			due.map(({ id }) => id),
			now(),
		);
		log.info(
			{ waiting: waiting.length, due: due.length },
			"records looked for",
		);
		if (due.length > 0) wake();
	}

	return {
		matched,
		/** The same, if it is time. @throws Transient */
		async matchedIfDue(): Promise<void> {
			const everyMs = await needs.lookEveryMs();
			const goneMs = now() - lookedAt;
			if (goneMs >= 0 && goneMs < everyMs - TICK_SLACK) return;
			lookedAt = now();
			await matched();
		},
		/** Files that were foreign, or not to be found, may be neither under another SPACES_BASE_URL. */
		async replaced(): Promise<void> {
			const { spacesMark } = needs;
			if ((await ledger.fact(SPACES_MARK)) === spacesMark) return;
			const reasons = ["foreign file", "unproven"];
			const ids = await inbox.replay({ state: "parked", reasons });
			await ledger.note(SPACES_MARK, spacesMark);
			if (ids.length > 0)
				log.info(
					{ deliveries: ids.length },
					"parked deliveries taken again: SPACES_BASE_URL is another",
				);
		},
	};
}
