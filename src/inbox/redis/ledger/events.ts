import type { JobEvent } from "../../../settle/memory.ts";
import { CLOSING } from "../../ledger/timeline.ts";
import type { Command } from "../client.ts";

/** Jobs by their oldest event: of those that a close needs to be undone, and of the others. */
export const CLOSES = "nca:closes";
export const EVENTS = "nca:events";
export const eventsKey = (jobId: string) => `nca:events:${jobId}`;

/** Notes what happened at the end of its job's list. */
export function eventCommands(event: JobEvent): [Command, Command] {
	const { jobId, ...rest } = event;
	return [
		["RPUSH", eventsKey(jobId), JSON.stringify(rest)],
		["ZADD", setOf(event), "LT", event.at, jobId],
	];
}

/** What is wanted to undo a close is kept longer. */
export function setOf({ what }: JobEvent): string {
	return CLOSING.includes(what) ? CLOSES : EVENTS;
}
