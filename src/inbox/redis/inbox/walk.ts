import type { Filter, Replay } from "../../inbox.ts";
import { NOT_REPLAYED } from "../../inbox.ts";
import type { Redis } from "../client.ts";
import { ALL, inKey, type Kept, load, ofKey } from "./requests.ts";

/** So many are read at once. */
const PAGE = 200;

type Walk = {
	/** The sets to walk through, as one. */
	sets: readonly string[];
	newestFirst: boolean;
	/** Only those beyond this one. */
	after?: string | undefined;
};

/** The requests of sorted sets by their ids, which sort by time, page by page. */
export async function* walk(
	redis: Redis,
	{ sets, newestFirst, after }: Walk,
): AsyncGenerator<Awaited<ReturnType<typeof load>>> {
	const [from, to] = newestFirst ? ["+", "-"] : ["-", "+"];
	const order = newestFirst ? ["BYLEX", "REV"] : ["BYLEX"];
	const sign = newestFirst ? -1 : 1;
	for (let last = after; ; ) {
		const start = last === undefined ? from : `(${last}`;
		const found = await Promise.all(
			sets.map((set) =>
				redis.call<string[]>(
					...(["ZRANGE", set, start, to] as const),
					...[...order, "LIMIT", 0, PAGE],
				),
			),
		);
		const ids = [...new Set(found.flat())]
			.sort((a, b) => (a < b ? -sign : sign))
			.slice(0, PAGE);
		if (ids.length > 0) yield await load(redis, ids);
		if (ids.length < PAGE) return;
		last = ids.at(-1);
	}
}

/** The sets in which all that is asked for stands, and as little else as can be. */
export function setsOf({
	ids,
	state,
}: Pick<Filter, "ids" | "state">): string[] {
	if (ids) return ids.map(ofKey);
	return [state ? inKey(state) : ALL];
}

/** Whether a request is one of a list's, as far as its body does not matter. */
export function isListed(
	{ task, state, reason, receivedAt }: Kept,
	{ state: wanted, reasons, since }: Filter,
): boolean {
	return (
		(wanted === undefined || state === wanted) &&
		(reasons === undefined || reasons.includes(reason ?? "")) &&
		(since === undefined || receivedAt >= since) &&
		(task !== "read_back" || state === "parked" || state === "buried")
	);
}

/** Whether a request is to be taken again: of our own errands only those that failed. */
export function isReplayed(kept: Kept, which: Replay): boolean {
	const { id, state, task, via, reason, receivedAt, jobId, ncaJobId } = kept;
	const { run, reasons, since, until } = which;
	const failed = state === "parked" || state === "buried";
	return (
		!NOT_REPLAYED.includes(state) &&
		((task === "outcome" && via !== "timeout") || failed) &&
		(which.id === undefined || which.id === id) &&
		(run === undefined ||
			jobId === run.jobId ||
			(run.ncaJobId !== null && ncaJobId === run.ncaJobId)) &&
		(which.state === undefined || which.state === state) &&
		(reasons === undefined || reasons.includes(reason ?? "")) &&
		(since === undefined || receivedAt >= since) &&
		(until === undefined || receivedAt < until)
	);
}
