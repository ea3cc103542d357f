import type { Entry } from "../inbox/inbox.ts";
import type { DeliveryId, NcaJobId, RecordId } from "../job.ts";

type Found = {
	id: DeliveryId;
	/** ms since the epoch */
	at: number;
	jobId: RecordId;
	ncaJobId: NcaJobId;
	url: string;
};

/** What the poller found, as the webhook that was missed: the same shape, marked as its own. */
export function findingEntry({ id, at, jobId, ncaJobId, url }: Found): Entry {
	const body = {
		code: 200,
		id: jobId,
		job_id: ncaJobId,
		response: [{ file_url: url }],
		message: "success",
		found_by: "polling",
	};
	return {
		id,
		receivedAt: at,
		via: "polling",
		proof: "own",
		query: "",
		body: Buffer.from(JSON.stringify(body)),
		state: "accepted",
		reason: null,
		// One at a time for a run: the next round may come before this one is in Airtable.
		repeatKey: `polling:${jobId}:${ncaJobId}`,
		jobId,
		ncaJobId,
		method: "HEAD",
		ip: "",
		userAgent: "",
	};
}
