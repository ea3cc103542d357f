import { setImmediate } from "node:timers/promises";

const GROUP = 100;

/** Does it for each, many at once, so that what they write is written together; others have their turn in between. */
export async function inGroups<Item, Result>(
	items: readonly Item[],
	work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
	const results: Result[] = [];
	for (let at = 0; at < items.length; at += GROUP) {
		if (at > 0) await setImmediate();
		results.push(...(await Promise.all(items.slice(at, at + GROUP).map(work))));
	}
	return results;
}
