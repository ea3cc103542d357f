import type { Entry } from "../inbox/inbox.ts";
import { ownEntry } from "../inbox/own-entry.ts";
import type { DeliveryId, NcaJobId, RecordId, Via } from "../job.ts";

/** What a look came to, for the run that a record bears. */
export type Found = {
	jobId: RecordId;
	ncaJobId: NcaJobId;
	via: Via;
	/** The body of NCA's webhook: its own, or what it would have said. */
	body: Record<string, unknown>;
};

/** As the webhook that was missed: the same shape, marked as our own. One at a time for a run: the next round may come before this one is in Airtable. */
export function findingEntry(
	{ jobId, ncaJobId, via, body }: Found,
	id: DeliveryId,
	at: number,
): Entry {
	return ownEntry({
		id,
		task: "outcome",
		via,
		jobId,
		ncaJobId,
		body,
		at,
		once: "outcome",
	});
}

/** NCA's body of a success. */
export function successBody(
	jobId: RecordId,
	ncaJobId: NcaJobId,
	urls: readonly string[],
) {
	const response = urls.map((url) => ({ file_url: url }));
	return { code: 200, id: jobId, job_id: ncaJobId, response };
}

/** NCA's body of a failure. */
export function failureBody(
	jobId: RecordId,
	ncaJobId: NcaJobId,
	message: string,
) {
	return { code: 500, id: jobId, job_id: ncaJobId, response: null, message };
}
