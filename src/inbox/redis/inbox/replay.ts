import type { DeliveryId } from "../../../job.ts";
import { canBeReplayed, type Inbox, type Replay } from "../../inbox.ts";
import { TAKEN_AGAIN } from "../../reasons.ts";
import type { Redis } from "../client.ts";
import { change } from "./change.ts";
import type { Kept } from "./requests.ts";
import { setsOf, walk } from "./walk.ts";

const AGAIN = {
	state: "retry",
	reason: TAKEN_AGAIN,
	dueAt: 0,
	waiting: null,
	lookedAt: null,
} as const;

/** Makes due at once what is to be taken again, some at a time. */
export function createRedisReplay(redis: Redis): Inbox["replay"] {
	return async function replay(which) {
		const { id, run, state } = which;
		const ids = run && [run.jobId, ...(run.ncaJobId ? [run.ncaJobId] : [])];
		const again = (kept: Kept) => (isReplayed(kept, which) ? AGAIN : null);
		if (id !== undefined) return change(redis, [id], again);
		const replayed: DeliveryId[] = [];
		const sets = setsOf({ ids, state });
		for await (const page of walk(redis, { sets, newestFirst: false })) {
			const some = page.map(({ kept }) => kept.id);
			replayed.push(...(await change(redis, some, again)));
		}
		return replayed;
	};
}

/** Whether a request is to be taken again. */
function isReplayed(kept: Kept, which: Replay): boolean {
	const { id, state, reason, receivedAt, jobId, ncaJobId } = kept;
	const { run, reasons, since, until } = which;
	return (
		canBeReplayed(kept) &&
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
