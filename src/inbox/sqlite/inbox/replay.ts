import type { DeliveryId } from "../../../job.ts";
import {
	type Inbox,
	NOT_REPLAYED,
	type Replay,
	SAID_ONCE,
} from "../../inbox.ts";
import { TAKEN_AGAIN } from "../../reasons.ts";
import type { Database } from "../database.ts";
import { quoted } from "../quoted.ts";
import { type Bounds, createWalk } from "../walk.ts";

/** Makes due at once what is to be taken again, in turns. */
export function createSqliteReplay(db: Database): Inbox["replay"] {
	const walk = createWalk(db, "deliveries", "seq");
	const numberOf = db.prepare("SELECT seq FROM deliveries WHERE id = $id");
	const again = db.prepare(`
		UPDATE deliveries SET state = 'retry', reason = '${TAKEN_AGAIN}', due_at = 0,
			waiting_for = NULL, waiting_since = NULL
		WHERE state NOT IN (${quoted(NOT_REPLAYED)})
			AND (task = 'outcome' AND via NOT IN (${quoted(SAID_ONCE)}) OR state IN ('parked', 'buried'))
			AND seq > $from AND seq <= $to
			AND ($job_id IS NULL OR job_id = $job_id OR nca_job_id = $nca_job_id)
			AND ($state IS NULL OR state = $state)
			AND ($reasons IS NULL OR reason IN (SELECT value FROM json_each($reasons)))
			AND ($since IS NULL OR received_at >= $since)
			AND ($until IS NULL OR received_at < $until)
		RETURNING id`);

	return async function replay(which) {
		const wanted = asValues(which);
		const ids = new Set<DeliveryId>();
		const replaySome = (bounds: Bounds) => {
			for (const row of again.all({ ...wanted, ...bounds }))
				ids.add(row.id as DeliveryId);
		};
		if (which.id === undefined) await walk(replaySome);
		else {
			const seq = numberOf.get({ $id: which.id })?.seq as number | undefined;
			if (seq !== undefined) replaySome({ $from: seq - 1, $to: seq });
		}
		return [...ids];
	};
}

function asValues({ run, state, reasons, since, until }: Replay) {
	return {
		$job_id: run?.jobId ?? null,
		$nca_job_id: run?.ncaJobId ?? null,
		$state: state ?? null,
		$reasons: reasons ? JSON.stringify(reasons) : null,
		$since: since ?? null,
		$until: until ?? null,
	};
}
