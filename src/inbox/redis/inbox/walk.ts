import type { Filter } from "../../inbox.ts";
import type { Redis } from "../client.ts";
import { ALL, inKey, ofKey } from "./keys.ts";
import { load } from "./requests.ts";

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
