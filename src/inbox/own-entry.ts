import type { DeliveryId, NcaJobId, RecordId, Task, Via } from "../job.ts";
import type { Entry } from "./inbox.ts";

type Own = {
	id: DeliveryId;
	task: Task;
	via: Via;
	jobId: RecordId;
	ncaJobId: NcaJobId | null;
	/** More of a webhook's query than `job_id`. */
	query?: string;
	/** A webhook's body, or as much of one as there is to say. */
	body: Record<string, unknown>;
	/** ms since the epoch */
	at: number;
	/** Not before, ms since the epoch; 0: at once. */
	dueAt?: number;
	/** What of it may wait but once for a run; null: as often as it is put. */
	once: string | null;
};

/** What this program found, or is to see to, in the shape of the webhook that might have said it. */
export function ownEntry(own: Own): Entry {
	const { id, task, via, jobId, ncaJobId, body, at, dueAt = 0, once } = own;
	const { query = "" } = own;
	return {
		id,
		task,
		receivedAt: at,
		via,
		proof: "own",
		query: `job_id=${jobId}${query}`,
		body: Buffer.from(JSON.stringify(body)),
		state: "accepted",
		reason: null,
		dueAt,
		repeatKey: once && `${once}:${jobId}:${ncaJobId ?? ""}`,
		jobId,
		ncaJobId,
		method: "",
		ip: "",
		userAgent: "",
		tally: null,
	};
}
