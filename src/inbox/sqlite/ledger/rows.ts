import type { Via } from "../../../job.ts";
import type { ProvenFile, SettledOutcome } from "../../../settle/case.ts";
import type { Row } from "../database.ts";

/** What became of a run, out of its row; null: nothing yet. */
export function asSettled(row: Row): SettledOutcome | null {
	if (row.outcome === null) return null;
	return {
		outcome: row.outcome as SettledOutcome["outcome"],
		via: row.via as Via,
		at: row.settled_at as number,
		reason: row.reason as string,
		files: JSON.parse(row.files as string) as ProvenFile[],
		closedAgain: row.closed_again as number,
		attachedAgain: row.attached_again as number,
		attachment: row.attachment as SettledOutcome["attachment"],
	};
}
