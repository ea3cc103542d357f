import { asSeen, type Job } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import type { Inbox } from "../inbox/inbox.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { RecordId } from "../job.ts";
import type { Subject } from "./subject.ts";
import { type Subjects, subjectsOf } from "./subjects.ts";

type Needs = {
	records: Pick<Records, "jobsInStatus">;
	ledger: Pick<Ledger, "listed" | "stuckRuns">;
	inbox: Pick<Inbox, "recordsSeen">;
	wake: () => void;
	statuses: readonly string[];
	timeoutMs: number;
};

type Options = {
	/** ms since the epoch */
	began: number;
	olderThanMs: number;
	dryRun: boolean;
	/** Which of them are to be looked at. */
	isWanted: (subject: Subject) => boolean;
};

/** What a round found in processing. */
type Listing = Subjects & { ours: Set<RecordId>; listed: number };

/**
 * Lists the jobs in processing, page by page, and keeps of each page only what is to be looked at.
 * @throws Transient, and then what was not listed is not taken for ended
 */
export function createListing(needs: Needs) {
	const { records, ledger, statuses, timeoutMs } = needs;

	return async function list(options: Options): Promise<Listing> {
		const { began, olderThanMs, dryRun, isWanted } = options;
		const listing: Listing = {
			subjects: [],
			left: [],
			ours: new Set(),
			listed: 0,
		};
		const before = began - olderThanMs;
		for await (const jobs of records.jobsInStatus(statuses, before)) {
			const ours = jobs.filter(({ owner }) => owner === "ours");
			if (!dryRun) {
				await ledger.listed(ours.map(asSeen), began, false);
				await releaseWaiting(ours);
			}
			const { subjects, left } = await subjectsOf(ledger, jobs);
			listing.subjects.push(...subjects.filter(isWanted));
			listing.left.push(...left);
			for (const { id } of ours) listing.ours.add(id);
			listing.listed += jobs.length;
		}
		const isWhole = olderThanMs <= timeoutMs;
		if (!dryRun && isWhole) await ledger.listed([], began, true);
		return listing;
	};

	/** Webhooks may wait for just these records. */
	async function releaseWaiting(jobs: readonly Job[]): Promise<void> {
		const runs = jobs.map(({ id, ncaJobId }) => ({ jobId: id, ncaJobId }));
		if ((await needs.inbox.recordsSeen(runs)) > 0) needs.wake();
	}
}
