import type { Ledger } from "../inbox/ledger.ts";
import type { Log } from "../log.ts";

/** Facts in the ledger, ms since the epoch; 0: not so. */
const FINISHED = "nca_finished";
const BUSY_SINCE = "nca_busy_since";
const HUNG_SINCE = "nca_hung_since";
const PATIENCE_MS = 3_600_000;

type Needs = { ledger: Pick<Ledger, "fact" | "note">; log: Log };

/** Says that NCA seems hung: jobs are queued or running there, and none has finished for an hour. */
export function createNcaWatch({ ledger, log }: Needs) {
	const fact = async (name: string) => (await ledger.fact(name)) ?? 0;

	return {
		/** NCA answered about some jobs, of which so many are queued or running. @param at ms since the epoch */
		async answered(busy: number, at: number): Promise<void> {
			const hungSince = await fact(HUNG_SINCE);
			if (busy === 0) {
				await ledger.note(BUSY_SINCE, 0);
				await ledger.note(HUNG_SINCE, 0);
				return;
			}
			const busySince = (await fact(BUSY_SINCE)) || at;
			await ledger.note(BUSY_SINCE, busySince);
			const since = Math.max(busySince, await fact(FINISHED));
			const isHung = at - since >= PATIENCE_MS;
			await ledger.note(HUNG_SINCE, isHung ? since : 0);
			if (isHung && hungSince === 0)
				log.error(
					{ busy, since: new Date(since).toISOString() },
					"nca seems hung",
				);
		},
		async finished(at: number): Promise<void> {
			await ledger.note(FINISHED, at);
			await ledger.note(HUNG_SINCE, 0);
		},
		/** Since when no job has finished there, ms since the epoch; null: it does not seem hung. */
		async hungSince(): Promise<number | null> {
			return (await fact(HUNG_SINCE)) || null;
		},
	};
}
