import type { Inbox } from "../inbox/inbox.ts";
import { ownEntry } from "../inbox/own-entry.ts";
import type { DeliveryId, NcaJobId, RecordId, Via } from "../job.ts";
import { type Looked, type Subject, said } from "./subject.ts";

/** What was found of a run: how, and the body of NCA's webhook, its own or what it would have said. */
type Found = { via: Via; body: Record<string, unknown> };

type Needs = {
	inbox: Pick<Inbox, "put" | "holds">;
	newId: () => DeliveryId;
	wake: () => void;
	now: () => number;
};

/** Says what was found of a subject, once it is in the inbox; in a dry run it is only said. @throws Transient */
export type PutFinding = (
	subject: Subject,
	verdict: "recovered" | "failed",
	why: string,
	found: Found,
	dryRun: boolean,
) => Promise<Looked>;

/** Puts it in as the webhook that was missed, marked as our own; one at a time for a run, since the next round may come before this one is in Airtable. */
export function createPutFinding({
	inbox,
	newId,
	wake,
	now,
}: Needs): PutFinding {
	return async ({ job, ncaJobId }, verdict, why, found, dryRun) => {
		const entry = ownEntry({
			id: newId(),
			task: "outcome",
			jobId: job.id,
			ncaJobId,
			...found,
			at: now(),
			// A file may be found while a time-out is on its way.
			once: found.via === "timeout" ? "timeout" : "outcome",
		});
		const isNew = dryRun
			? !(await inbox.holds(entry.repeatKey ?? ""))
			: (await inbox.put(entry)).kind === "new";
		if (!isNew) {
			const before = "found before, and on its way to Airtable";
			return said(job, "waiting", `${why}; ${before}`);
		}
		if (!dryRun) wake();
		return said(job, verdict, why);
	};
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
