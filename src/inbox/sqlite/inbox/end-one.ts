import type { DeliveryId, RunKey, SenderProof, Task } from "../../../job.ts";
import { type Budget, RECORD_BYTES } from "../../budget.ts";
import { noteOf, STATE_OF } from "../../ended-as.ts";
import type { Ending } from "../../inbox.ts";
import { JOB_CLOSED } from "../../reasons.ts";
import { addOne, tallyOfEnding } from "../../tally.ts";
import type { Database, Row } from "../database.ts";
import type { PutOne } from "./insert.ts";
import type { SqliteTotals } from "./totals.ts";

/** Ends a claim, within a transaction, and counts it. @returns whether it was claimed */
export type EndOne = (
	id: DeliveryId,
	ending: Ending,
	counts: Map<string, number>,
) => boolean;

type Needs = {
	db: Database;
	putOne: PutOne;
	totals: Pick<SqliteTotals, "count">;
	budget: Pick<Budget, "add">;
};

/** Makes what ends one claim, with what that brings about. */
export function createEndOne({ db, putOne, totals, budget }: Needs): EndOne {
	// What is our own is no repeat once it has ended, since its job may be found stuck again; nor is what was buried,
	// of which a repeat is taken up anew.
	const finish = db.prepare(`
		UPDATE deliveries SET state = $state, reason = $reason, due_at = $due_at,
			waiting_for = CASE $state WHEN 'parked' THEN waiting_for ELSE $waiting_for END,
			waiting_since = CASE $state WHEN 'parked' THEN waiting_since ELSE $waiting_since END,
			looked_at = CASE WHEN $state = 'retry' AND $due_at IS NULL THEN COALESCE(looked_at, $waiting_since) END,
			repeat_key = CASE
				WHEN $state = 'buried' OR (proof = 'own' AND $state <> 'retry') THEN NULL
				ELSE repeat_key END
		WHERE id = $id AND state = 'processing'
		RETURNING task, proof, LENGTH(body) AS bytes`);
	const release = createRelease(db);

	return function endOne(id, ending, counts) {
		const again = ending.kind === "retry";
		const claimed = finish.get({
			$id: id,
			$state: STATE_OF[ending.kind],
			$reason: noteOf(ending),
			$due_at: again ? ending.dueAt : null,
			$waiting_for: again ? ending.waiting.what : null,
			$waiting_since: again ? ending.waiting.since : null,
		});
		if (!claimed) return false;
		addOne(counts, tallyOfEnding(asEnded(claimed), ending));
		if (again && ending.dueAt === null)
			budget.add(RECORD_BYTES + (claimed.bytes as number));
		if (!again) totals.count(id, ending);
		if (ending.kind === "done") {
			if (ending.closed) release(ending.closed);
			if (ending.next) putOne(ending.next);
		}
		return true;
	};
}

/** They have waited: if the close does not settle them, they are parked again at once. */
function createRelease(db: Database) {
	const [ofJob, ofRun] = ["job_id = $id", "nca_job_id = $id"].map((which) =>
		db.prepare(`
			UPDATE deliveries SET state = 'retry', reason = '${JOB_CLOSED}', due_at = 0
			WHERE state = 'parked' AND task = 'outcome' AND ${which}`),
	);

	return function release({ jobId, ncaJobId }: RunKey): void {
		ofJob?.run({ $id: jobId });
		if (ncaJobId) ofRun?.run({ $id: ncaJobId });
	};
}

// What we wrote ourselves needs no second check.
function asEnded({ task, proof }: Row) {
	return { task: task as Task, proof: proof as SenderProof };
}
