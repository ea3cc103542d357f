import type { DeliveryId } from "../../../job.ts";
import type { Entry, Recorded, State } from "../../inbox.ts";
import type { Check, Command, Redis } from "../client.ts";
import { moves, type Place } from "../places.ts";

/** A recorded request as Redis keeps it; its body stands beside it. */
export type Kept = Omit<Recorded, "body"> & {
	repeatKey: string | null;
	waiting: { what: string; since: number } | null;
	/** When its record was last looked for, ms since the epoch. */
	lookedAt: number | null;
	/** The ending that it is counted by in the totals. */
	countedAs: string | null;
};

const PREFIX = "nca:";
export const QUEUE = `${PREFIX}queue`;
export const LATER = `${PREFIX}later`;
export const UNMATCHED = `${PREFIX}unmatched`;
export const RECEIVED = `${PREFIX}received`;
export const TOTALS = `${PREFIX}totals`;
/** Said when something is due at once. */
export const DUE = `${PREFIX}due`;
export const ALL = `${PREFIX}requests`;
export const ofKey = (id: string) => `${PREFIX}requests:of:${id}`;
/** What is to be settled, by what it waits for: '' where it waits for its turn alone. */
export const waitingKey = (what: string) => `${PREFIX}waiting:${what}`;
/** All that was ever waited for. */
export const WAITS = `${PREFIX}waits`;
export const inKey = (state: State) => `${PREFIX}requests:in:${state}`;
export const requestKey = (id: string) => `${PREFIX}request:${id}`;
export const bodyKey = (id: string) => `${PREFIX}body:${id}`;
export const repeatKeyOf = (key: string) => `${PREFIX}repeat:${key}`;

/** What waits for its time or its turn: not claimed, not ended, not for its record. */
export function isDueSometime({ state, dueAt }: Kept): boolean {
	return (state === "accepted" || state === "retry") && dueAt !== null;
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

export async function* withBodies<T extends Kept>(
	redis: Redis,
	kept: readonly T[],
): AsyncGenerator<T & { body: Buffer }> {
	for (let at = 0; at < kept.length; at += BODIES) {
		const some = kept.slice(at, at + BODIES);
		const bodies = await redis.bytes(some.map(({ id }) => bodyKey(id)));
		for (const [nth, one] of some.entries())
			yield { ...one, body: bodies[nth] ?? Buffer.alloc(0) };
	}
}

/** Puts one in, due or not; its key must be free. */
export function adding(entry: Entry): Command[] {
	const { body, tally: _, ...rest } = entry;
	const kept: Kept = {
		...rest,
		dueAt: entry.state === "accepted" ? entry.dueAt : null,
		attempts: 0,
		waiting: null,
		lookedAt: null,
		countedAs: null,
	};
	return [
		["SET", requestKey(kept.id), JSON.stringify(kept)],
		["SET", bodyKey(kept.id), body],
		...repeatMoves(kept.id, null, kept.repeatKey),
		...moves([], placesOf(kept)),
		...dueCommands(null, kept),
	];
}

export function changing(before: Kept, after: Kept): Command[] {
	return [
		["SET", requestKey(after.id), JSON.stringify(after)],
		...repeatMoves(after.id, before.repeatKey, after.repeatKey),
		...moves(placesOf(before), placesOf(after)),
		...waitCommands(before, after),
		...dueCommands(before, after),
	];
}

export function removing(before: Kept): Command[] {
	const { id } = before;
	return [
		["DEL", requestKey(id), bodyKey(id)],
		...repeatMoves(id, before.repeatKey, null),
		...moves(placesOf(before), []),
	];
}

function repeatMoves(
	id: DeliveryId,
	before: string | null,
	after: string | null,
): Command[] {
	if (before === after) return [];
	return after === null
		? [["DEL", repeatKeyOf(before ?? "")]]
		: [["SET", repeatKeyOf(after), id]];
}

function waitCommands(before: Kept, { waiting }: Kept): Command[] {
	const isNew = waiting !== null && waiting.what !== before.waiting?.what;
	return isNew ? [["SADD", WAITS, waiting.what]] : [];
}

/** What is due at once stands in the queue; until its time it stands in `LATER`. */
function dueCommands(before: Kept | null, after: Kept): Command[] {
	const isNow = (one: Kept | null) =>
		one !== null && isDueSometime(one) && one.dueAt === 0;
	return isNow(after) && !isNow(before)
		? [
				["XADD", QUEUE, "*", "id", after.id],
				["PUBLISH", DUE, after.id],
			]
		: [];
}

const TO_BE_SETTLED: readonly State[] = ["accepted", "processing", "retry"];

function placesOf(kept: Kept): Place[] {
	const { id, state, receivedAt, jobId, ncaJobId, dueAt, lookedAt } = kept;
	const sorted = (key: string, score = 0) => ({ key, member: id, score });
	const ids = new Set([jobId, ncaJobId].filter((one) => one !== null));
	const isLater = isDueSometime(kept) && dueAt !== 0;
	const isUnmatched = state === "retry" && dueAt === null;
	return [
		sorted(ALL),
		sorted(inKey(state)),
		sorted(RECEIVED, receivedAt),
		...[...ids].map((one) => sorted(ofKey(one))),
		...(isLater ? [sorted(LATER, dueAt ?? 0)] : []),
		...waitingPlaces(kept),
		...(isUnmatched ? [sorted(UNMATCHED, lookedAt ?? 0)] : []),
	];
}

function waitingPlaces({
	id,
	task,
	state,
	waiting,
	receivedAt,
}: Kept): Place[] {
	if (!TO_BE_SETTLED.includes(state) || task === "read_back") return [];
	const key = waitingKey(waiting?.what ?? "");
	return [{ key, member: id, score: receivedAt }];
}

/** Places one by what it waits for that was put in before there were such places. */
export function placingWaiting(kept: Kept): Command[] {
	const { waiting } = kept;
	return [
		...moves([], waitingPlaces(kept)),
		...(waiting ? [["SADD", WAITS, waiting.what] as const] : []),
	];
}
