import { NCA_FINISHED } from "../inbox/ledger/facts.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Log } from "../log.ts";

const PATIENCE_MS = 3_600_000;

type Needs = {
	ledger: Pick<Ledger, "busySince" | "fact">;
	log: Log;
	now: () => number;
};

/** Whether NCA seems hung: jobs are queued or running there, and none has finished for an hour. */
export function createNcaWatch({ ledger, log, now }: Needs) {
	let wasHung = false;

	/** Since when no job has finished there, ms since the epoch; null: it does not seem hung. */
	async function hungSince(): Promise<number | null> {
		const busySince = await ledger.busySince();
		if (busySince === null) return null;
		const finished = (await ledger.fact(NCA_FINISHED)) ?? 0;
		const since = Math.max(busySince, finished);
		return now() - since >= PATIENCE_MS ? since : null;
	}

	return {
		hungSince,
		/** Says it, when it becomes so. */
		async look(): Promise<void> {
			const since = await hungSince();
			if (since !== null && !wasHung) {
				const line = { since: new Date(since).toISOString() };
				log.error(line, "nca seems hung");
			}
			wasHung = since !== null;
		},
	};
}
