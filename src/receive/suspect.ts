import type { Ledger } from "../inbox/ledger.ts";
import type { Reading } from "../job.ts";

/** So many jobs at most are made due in a minute by what is refused: each costs a look, which a stranger is not to order. */
const MOST_IN_A_MINUTE = 100;
const MINUTE = 60_000;

type Needs = {
	ledger: Pick<Ledger, "dueNow">;
	now: () => number;
};

/** Makes the job due of which a request speaks that was refused: it is not believed, but may well be so. */
export function createSuspect({ ledger, now }: Needs) {
	let minute = { began: Number.NEGATIVE_INFINITY, made: 0 };

	/** Where enough were made due lately, it does nothing: the job is looked for when its age has its turn. */
	return async function suspect(
		ids: Pick<Reading, "jobId" | "ncaJobId">,
	): Promise<void> {
		const at = now();
		if (at < minute.began || at - minute.began >= MINUTE)
			minute = { began: at, made: 0 };
		const current = minute;
		if (current.made >= MOST_IN_A_MINUTE) return;
		// It counts as one until it is known: many ask at once.
		current.made += 1;
		const changed = await ledger.dueNow(ids);
		current.made += changed - 1;
	};
}
