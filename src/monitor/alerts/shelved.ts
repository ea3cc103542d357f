import type { Depth, Filter, Inbox, Recorded } from "../../inbox/inbox.ts";
import type { Ledger } from "../../inbox/ledger.ts";
import type { DeliveryId, RecordId } from "../../job.ts";

/** A page is read at once; each body can be of 1 MiB. */
const PAGE = 20;
const MOST_PAGES = 10;
/** So many of each kind are named. */
const MOST = 5;

/** A delivery of a known job that a person must look at. */
export type Shelved = { id: DeliveryId; jobId: RecordId; why: string };

type Needs = {
	inbox: Pick<Inbox, "list">;
	ledger: Pick<Ledger, "recall" | "jobOf">;
};

/**
 * What was buried, and successes that could not be proved, of jobs that we know and that are not closed otherwise
 * since; newest first, the first few. What a stranger can make up is none of these.
 */
export async function shelvedOf(
	needs: Needs,
	depth: Pick<Depth, "parked" | "buried">,
): Promise<Shelved[]> {
	const buried =
		depth.buried > 0 ? await worriesAmong(needs, { state: "buried" }) : [];
	const unproven =
		depth.parked > 0
			? await worriesAmong(needs, { state: "parked", reasons: ["unproven"] })
			: [];
	return [...buried, ...unproven];
}

async function worriesAmong(
	needs: Needs,
	which: Omit<Filter, "limit" | "before">,
): Promise<Shelved[]> {
	const found: Shelved[] = [];
	let before: string | undefined;
	for (let pages = 0; pages < MOST_PAGES && found.length < MOST; pages += 1) {
		const some = await needs.inbox.list({ ...which, limit: PAGE, before });
		for (const one of some) found.push(...(await worryOf(needs, one)));
		if (some.length < PAGE) break;
		before = some.at(-1)?.id;
	}
	return found.slice(0, MOST);
}

async function worryOf(
	{ ledger }: Needs,
	{ id, jobId: named, ncaJobId, state, task, proof, reason }: Recorded,
): Promise<Shelved[]> {
	const jobId = named ?? (ncaJobId && (await ledger.jobOf(ncaJobId)));
	const history = jobId && (await ledger.recall([jobId])).get(jobId);
	if (!history) return [];
	const runs = history.runs.filter(
		(run) => ncaJobId === null || run.ncaJobId === ncaJobId,
	);
	const isBelieved = proof !== "none" || runs.some(({ seen }) => seen);
	if (state === "parked" && !isBelieved) return [];
	const isOver = runs.some(({ settled }) => {
		if (task === "reopen") return false;
		if (task === "read_back") return settled?.attachment === "kept";
		return settled !== null && settled.via !== "timeout";
	});
	return isOver ? [] : [{ id, jobId, why: reason ?? state }];
}
