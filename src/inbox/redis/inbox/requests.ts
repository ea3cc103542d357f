import type { Recorded } from "../../inbox.ts";
import type { Check, Redis } from "../client.ts";
import { bodyKey, requestKey } from "./keys.ts";

/** A recorded request as Redis keeps it; its body stands beside it. */
export type Kept = Omit<Recorded, "body"> & {
	repeatKey: string | null;
	waiting: { what: string; since: number } | null;
	/** When its record was last looked for, ms since the epoch. */
	lookedAt: number | null;
	/** The ending that it is counted by in the totals. */
	countedAs: string | null;
};

/** With its body. */
export type Whole = Kept & { body: Buffer };

/** What waits for its time or its turn: not claimed, not ended, not for its record. */
export function isDueSometime({ state, dueAt }: Kept): boolean {
	return (state === "accepted" || state === "retry") && dueAt !== null;
}

/** What waits for its record. */
export function isUnmatched({ state, dueAt }: Kept): boolean {
	return state === "retry" && dueAt === null;
}

/** Reads requests, those that are gone left out. */
export async function load(
	redis: Redis,
	ids: readonly string[],
): Promise<{ kept: Kept; check: Check }[]> {
	const keys = ids.map(requestKey);
	const texts = await redis.bytes(keys);
	return texts.flatMap((bytes, nth) => {
		if (bytes === null) return [];
		const value = bytes.toString();
		// What we wrote ourselves needs no second check.
		const kept = JSON.parse(value) as Kept;
		return [{ kept, check: { key: keys[nth] ?? "", value } }];
	});
}

/** So many bodies are read at once: each can be of 1 MiB. */
const BODIES = 20;

/** Requests with their bodies, some at a time. */
export async function* withBodies(
	redis: Redis,
	kept: readonly Kept[],
): AsyncGenerator<Whole> {
	for (let at = 0; at < kept.length; at += BODIES) {
		const some = kept.slice(at, at + BODIES);
		const bodies = await redis.bytes(some.map(({ id }) => bodyKey(id)));
		for (const [nth, one] of some.entries())
			yield { ...one, body: bodies[nth] ?? Buffer.alloc(0) };
	}
}
