import type { Log } from "../../log.ts";
import type { Alert, Finding } from "./causes/cause.ts";
import type { Notes } from "./notes.ts";

type Needs = {
	notes: Pick<Notes, "get" | "set">;
	log: Log;
	now: () => number;
};

/** Whether a cause is open, and since when; only changes are written and said. Times are ms since the epoch. */
export function createStates({ notes, log, now }: Needs) {
	const name = (id: string) => `alert ${id} since`;
	/** When it last began; stays when it is over. */
	const lastName = (id: string) => `alert ${id} began`;

	return {
		/** Since when it is open; 0: it is not. */
		since: (id: string) => notes.get(name(id)),
		began: (id: string) => notes.get(lastName(id)),
		/** @param details what `finding` says, as it may be shown */
		async change(
			{ id }: Pick<Alert, "id">,
			finding: Finding | null,
			details: string,
		): Promise<void> {
			const since = await notes.get(name(id));
			if (finding && since === 0) {
				const at = Math.min(finding.since ?? now(), now());
				await notes.set(lastName(id), at);
				await notes.set(name(id), at);
				log.error({ alert: id, since: iso(at), details }, "alert opened");
			}
			if (!finding && since > 0) {
				await notes.set(name(id), 0);
				log.info({ alert: id, since: iso(since) }, "alert resolved");
			}
		},
	};
}

export type States = ReturnType<typeof createStates>;

function iso(ms: number): string {
	return new Date(ms).toISOString();
}
