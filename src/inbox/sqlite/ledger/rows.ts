import type { RecordId, Via } from "../../../job.ts";
import type { OperationName } from "../../../operations.ts";
import type { ProvenFile, SettledOutcome } from "../../../settle/case.ts";
import type {
	ExpectedState,
	JobState,
	RunState,
} from "../../job-state/state.ts";
import type { Row } from "../database.ts";

// What we wrote ourselves needs no second check: the tables are STRICT.

/** A job, as its record was seen, out of its row. */
export function asSeen(row: Row): NonNullable<JobState["seen"]> {
	return {
		firstSeenAt: row.first_seen_at as number,
		createdAt: row.created_at as number,
		operation: row.operation as OperationName | null,
		targetId: row.target_id as RecordId | null,
	};
}

/** A run, out of its row. @param looked what the last look came to, which stands among the events */
export function asRun(row: Row, looked: string | null): RunState {
	return {
		seenAt: row.seen_at as number | null,
		settled: asSettled(row),
		reopenedAt: row.reopened_at as number | null,
		checkedAt: row.checked_at as number | null,
		looked,
		endpoint: row.endpoint as string | null,
		stuckSince: row.stuck_since as number | null,
		listedAt: row.listed_at as number | null,
		askedAt: row.asked_at as number | null,
		ncaSaid: row.nca_said as RunState["ncaSaid"],
		busySince: row.busy_since as number | null,
	};
}

/** What became of a run; null: nothing yet. */
function asSettled(row: Row): SettledOutcome | null {
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

/** A webhook that is to come, out of its row. */
export function asExpected(row: Row): ExpectedState {
	return {
		operation: row.operation as string,
		at: row.expected_at as number,
		announced: row.announced === 1,
		attempts: row.attempts as number,
		arrivedAt: row.arrived_at as number | null,
		workSeconds: row.work_seconds as number | null,
		resolvedAt: row.resolved_at as number | null,
	};
}
