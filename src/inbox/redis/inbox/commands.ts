import type { DeliveryId } from "../../../job.ts";
import type { Entry } from "../../inbox.ts";
import type { Command } from "../client.ts";
import { moves } from "../places.ts";
import { bodyKey, DUE, QUEUE, repeatKeyOf, requestKey, WAITS } from "./keys.ts";
import { placesOf } from "./request-places.ts";
import { isDueSometime, type Kept } from "./requests.ts";

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

/** Changes one; its body stays. */
export function changing(before: Kept, after: Kept): Command[] {
	return [
		["SET", requestKey(after.id), JSON.stringify(after)],
		...repeatMoves(after.id, before.repeatKey, after.repeatKey),
		...moves(placesOf(before), placesOf(after)),
		...waitCommands(before, after),
		...dueCommands(before, after),
	];
}

/** Takes one out, with its body. */
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
