import type {
	Delivery,
	DeliveryId,
	NcaJobId,
	RecordId,
	SenderProof,
	Task,
	Via,
} from "../job.ts";
import type { Claim, Entry, Recorded, State } from "./inbox.ts";
import type { Row } from "./sqlite.ts";

/** The values of a row of `deliveries`. */
export function asRow(entry: Entry) {
	return {
		$id: entry.id,
		$task: entry.task,
		$received_at: entry.receivedAt,
		$via: entry.via,
		$proof: entry.proof,
		$state: entry.state,
		$reason: entry.reason,
		$due_at: entry.state === "accepted" ? entry.dueAt : null,
		$repeat_key: entry.repeatKey,
		$job_id: entry.jobId,
		$nca_job_id: entry.ncaJobId,
		$method: entry.method,
		$ip: entry.ip,
		$user_agent: entry.userAgent,
		$query: entry.query,
		$body: entry.body,
	};
}

// What we wrote ourselves needs no second check: the table is STRICT.
function asDelivery(row: Row): Delivery {
	return {
		id: row.id as DeliveryId,
		task: row.task as Task,
		receivedAt: row.received_at as number,
		via: row.via as Via,
		proof: row.proof as SenderProof,
		query: row.query as string,
		body: Buffer.from(row.body as Uint8Array),
	};
}

export function asClaim(row: Row): Claim {
	const { waiting_for: what, waiting_since: since } = row;
	const waiting =
		what === null ? null : { what: what as string, since: since as number };
	return { ...asDelivery(row), jobId: row.job_id as RecordId | null, waiting };
}

export function asRecorded(row: Row): Recorded {
	return {
		...asDelivery(row),
		state: row.state as State,
		reason: row.reason as string | null,
		jobId: row.job_id as RecordId | null,
		ncaJobId: row.nca_job_id as NcaJobId | null,
		method: row.method as string,
		ip: row.ip as string,
		userAgent: row.user_agent as string,
		attempts: row.attempts as number,
		dueAt: row.due_at as number | null,
	};
}
