import type { DeliveryId } from "../../../job.ts";
import type { Check, Redis } from "../client.ts";
import { changing } from "./commands.ts";
import { dropping, type Item } from "./queue-scripts.ts";
import { type Kept, load } from "./requests.ts";

/** What was read, with the entry of each. */
type Marked = {
	kept: readonly Kept[];
	entries: ReadonlyMap<DeliveryId, string>;
};

const NONE: Marked = { kept: [], entries: new Map() };

/**
 * Marks what was read as processing; what is not due any more, or twice in the queue, is dropped.
 * @returns none where the lease is lost; null where something was changed meanwhile
 */
export async function mark(
	redis: Redis,
	holder: Check,
	items: readonly Item[],
	isDue: (kept: Kept) => boolean,
): Promise<Marked | null> {
	const held = await load(
		redis,
		items.map(([, [, id]]) => id),
	);
	const due = new Map(
		held.filter(({ kept }) => isDue(kept)).map(({ kept }) => [kept.id, kept]),
	);
	const dropped: string[] = [];
	const entries = new Map<DeliveryId, string>();
	for (const [entry, [, id]] of items) {
		if (due.has(id) && !entries.has(id)) entries.set(id, entry);
		else dropped.push(entry);
	}
	const changes = [...due.values()].map((kept) => ({
		before: kept,
		after: asProcessing(kept),
	}));
	const failed = await redis.commit(
		[holder, ...held.map(({ check }) => check)],
		[
			...dropped.flatMap(dropping),
			...changes.flatMap(({ before, after }) => changing(before, after)),
		],
	);
	if (failed !== null) return failed.key === holder.key ? NONE : null;
	return { kept: changes.map(({ after }) => after), entries };
}

function asProcessing(kept: Kept): Kept {
	const attempts = kept.attempts + 1;
	return { ...kept, state: "processing", dueAt: null, attempts };
}
