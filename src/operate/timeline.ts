import type { Inbox, Recorded } from "../inbox/inbox.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { RecordId } from "../job.ts";

type Needs = {
	inbox: Pick<Inbox, "list">;
	ledger: Pick<Ledger, "recall" | "timeline" | "expectations">;
};

/** Something that happened to a job; `at`: ms since the epoch. */
export type Item = { at: number; what: string } & Record<string, unknown>;

/** So many of its requests are shown with a job. */
const MOST_SHOWN = 200;

/**
 * Everything that is known of a job, in the order in which it happened; empty where nothing is.
 * @param jobId null: no record of it was seen yet
 * @param id what was asked for
 */
export async function timelineOf(
	{ inbox, ledger }: Needs,
	jobId: RecordId | null,
	id: string,
): Promise<Item[]> {
	const history = jobId && (await ledger.recall([jobId])).get(jobId);
	const runs = history
		? history.runs.flatMap(({ ncaJobId }) => ncaJobId ?? [])
		: [];
	const ids = [id, ...(jobId ? [jobId] : []), ...runs];
	const requests = await inbox.list({ ids, limit: MOST_SHOWN });
	const events = jobId ? await ledger.timeline(jobId) : [];
	const expected = jobId ? await ledger.expectations(jobId) : [];
	return [
		...(history
			? [{ at: history.firstSeenAt, what: "seen", nca_job_ids: runs }]
			: []),
		...expected.map((one) => ({
			at: one.at,
			what: "webhook expected",
			nca_job_id: one.ncaJobId,
			operation: one.operation,
			announced: one.announced,
			attempts: one.attempts,
			arrived_at: one.arrivedAt && new Date(one.arrivedAt).toISOString(),
		})),
		...events.map(({ at, what, ncaJobId, facts }) => ({
			at,
			what,
			nca_job_id: ncaJobId,
			...facts,
		})),
		...requests.map(asItem),
	].sort((a, b) => a.at - b.at);
}

function asItem(one: Recorded): Item {
	return {
		at: one.receivedAt,
		what: one.proof === "own" ? "finding" : "webhook",
		nca_job_id: one.ncaJobId,
		delivery_id: one.id,
		via: one.via,
		status: one.state,
		reason: one.reason,
	};
}
