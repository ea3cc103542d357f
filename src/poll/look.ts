import { type Job, mappedOperation } from "../airtable/job-record.ts";
import type { Inbox } from "../inbox/inbox.ts";
import type { DeliveryId, NcaJobId, RecordId } from "../job.ts";
import type { OperationName } from "../operations.ts";
import type { StoredObject } from "../probe/object.ts";
import type { Head, HeadObject } from "../probe/spaces.ts";
import { findingEntry } from "./finding.ts";

/** What one look at a job came to. */
type LookVerdict =
	/** Its file is there: a finding is in the inbox, or, in a dry run, would be. */
	| "recovered"
	/** Not yet, or a finding of it is in the inbox already. */
	| "waiting"
	/** Spaces could not say. */
	| "error"
	/** Not looked for. */
	| "foreign"
	| "no_external_job_id";

export type Looked = { job_id: RecordId; verdict: LookVerdict; why: string };

type Needs = {
	head: HeadObject;
	/** Where a run's file may stand. */
	candidates: (
		operation: OperationName | null,
		ncaJobId: NcaJobId,
	) => StoredObject[];
	inbox: Pick<Inbox, "put">;
	newId: () => DeliveryId;
	wake: () => void;
	now: () => number;
};

/** Looks for one job's file, and puts what it finds into the inbox. @throws Transient where the inbox cannot take it */
export function createLook({
	head,
	candidates,
	inbox,
	newId,
	wake,
	now,
}: Needs) {
	return async function look(job: Job, dryRun: boolean): Promise<Looked> {
		const said = (verdict: LookVerdict, why: string): Looked => ({
			job_id: job.id,
			verdict,
			why,
		});
		if (job.owner !== "ours")
			return said("foreign", "NCA does not do it for us");
		if (job.ncaJobId === null)
			return said("no_external_job_id", "its External Job ID is empty");

		const heads = await Promise.all(
			candidates(mappedOperation(job), job.ncaJobId).map(head),
		);
		const found = heads.find((one) => one.kind === "found");
		if (!found) {
			const unknown = heads.some((one) => one.kind === "unknown");
			return said(unknown ? "error" : "waiting", heads.map(inWords).join("; "));
		}
		if (dryRun) return said("recovered", inWords(found));

		const { object } = found;
		const entry = {
			id: newId(),
			at: now(),
			jobId: job.id,
			ncaJobId: job.ncaJobId,
			url: object.url,
		};
		const stored = await inbox.put(findingEntry(entry));
		if (stored.kind === "duplicate") {
			return said(
				"waiting",
				`${object.name} was found before and is on its way to Airtable`,
			);
		}
		wake();
		return said("recovered", inWords(found));
	};
}

function inWords(head: Head): string {
	const what = head.kind === "found" ? `${head.size} bytes` : head.why;
	return `${head.object.name}: ${what}`;
}
