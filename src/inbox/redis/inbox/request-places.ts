import type { State } from "../../inbox.ts";
import type { Command } from "../client.ts";
import { moves, type Place } from "../places.ts";
import {
	ALL,
	inKey,
	LATER,
	ofKey,
	RECEIVED,
	UNMATCHED,
	WAITS,
	waitingKey,
} from "./keys.ts";
import { isDueSometime, isUnmatched, type Kept } from "./requests.ts";

const TO_BE_SETTLED: readonly State[] = ["accepted", "processing", "retry"];

/** Where a request stands, so that it is found. */
export function placesOf(kept: Kept): Place[] {
	const { id, state, receivedAt, jobId, ncaJobId, dueAt, lookedAt } = kept;
	const sorted = (key: string, score = 0) => ({ key, member: id, score });
	const ids = new Set([jobId, ncaJobId].filter((one) => one !== null));
	const isLater = isDueSometime(kept) && dueAt !== 0;
	return [
		sorted(ALL),
		sorted(inKey(state)),
		sorted(RECEIVED, receivedAt),
		...[...ids].map((one) => sorted(ofKey(one))),
		...(isLater ? [sorted(LATER, dueAt ?? 0)] : []),
		...waitingPlaces(kept),
		...(isUnmatched(kept) ? [sorted(UNMATCHED, lookedAt ?? 0)] : []),
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
