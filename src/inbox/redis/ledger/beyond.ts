import type { RecordId } from "../../../job.ts";
import type { Redis } from "../client.ts";
import { pairsOf } from "../pairs.ts";

/** So many jobs are read at once. */
export const TURN = 200;

/** A job, and when it was made, ms since the epoch. */
export type Standing = { id: RecordId; madeAt: number };

/** Some of those in the sets that were made before, or with, the one after which they are looked for: newest first. */
export async function beyond(
	redis: Redis,
	sets: readonly string[],
	last: Standing | null,
): Promise<Standing[]> {
	const found = await Promise.all(
		sets.map((set) => beyondIn(redis, set, last)),
	);
	const madeAt = new Map(found.flat().map((one) => [one.id, one.madeAt]));
	return [...madeAt]
		.map(([id, at]) => ({ id, madeAt: at }))
		.toSorted(newestFirst)
		.slice(0, TURN);
}

async function beyondIn(
	redis: Redis,
	set: string,
	last: Standing | null,
): Promise<Standing[]> {
	const found: Standing[] = [];
	for (let at = 0; found.length < TURN; at += TURN) {
		const flat = await redis.call<string[]>(
			...(["ZRANGE", set, last?.madeAt ?? "+inf", "-inf"] as const),
			...["BYSCORE", "REV", "LIMIT", at, TURN, "WITHSCORES"],
		);
		const some = pairsOf(flat).map(([id, madeAt]) => ({
			id: id as RecordId,
			madeAt,
		}));
		found.push(
			...some.filter((one) => last === null || newestFirst(last, one) < 0),
		);
		if (some.length < TURN) break;
	}
	return found;
}

function newestFirst(a: Standing, b: Standing): number {
	return b.madeAt - a.madeAt || (a.id < b.id ? 1 : a.id === b.id ? 0 : -1);
}
