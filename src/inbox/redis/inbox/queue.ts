import type { DeliveryId } from "../../../job.ts";
import { LONGEST_DELAY_MS } from "../../backoff.ts";
import type { Check, Command, Redis } from "../client.ts";
import type { RedisLease } from "../lease.ts";
import { mark } from "./mark.ts";
import { createQueueScripts, dropping } from "./queue-scripts.ts";
import { isDueSometime, type Kept } from "./requests.ts";
import { restore } from "./restore.ts";

/** So many are put back at once. */
const TURN = 100;

/** What is due, and what was taken of it here. */
export type RedisQueue = {
	/** Takes up to `limit` that are due, longest due first; nobody else's until they end. None where we are not to. */
	take(limit: number, now: number): Promise<readonly Kept[]>;
	/** Whether it was taken here, and has not ended. */
	isTaken(id: DeliveryId): boolean;
	/** What takes those that end out of the queue. */
	leaving(ids: Iterable<DeliveryId>): Command[];
	left(ids: Iterable<DeliveryId>): void;
	/** What was taken here has no owner who will end it: it is put back before the next is taken. */
	abandon(): void;
	/** ms since the epoch; 0: at once; null: nothing waits, or it is not ours to take. */
	nextDue(): Promise<number | null>;
};

/**
 * What is due, in a stream, and who has it: what its reader took and did not end stands in the list of pending entries,
 * and is put back by whoever holds the lease next.
 */
export function createRedisQueue(redis: Redis, lease: RedisLease): RedisQueue {
	const { takeDue, pending, next } = createQueueScripts(redis);
	/** Taken here: the stream's entry by the delivery's id. */
	const taken = new Map<DeliveryId, string>();
	/** Under which lease; null: some of it has no owner, such as what an answer gave that was lost. */
	let takenUnder: string | null = null;

	/** What was taken by one who is gone, or whose answer was lost. */
	async function putBack(holder: Check): Promise<void> {
		for (let last = "0"; ; ) {
			const items = await pending(TURN, last);
			const end = items.at(-1);
			if (!end) return;
			last = end[0];
			const lost = items.filter(([entry, [, id]]) => taken.get(id) !== entry);
			while (!(await restore(redis, holder, lost)));
		}
	}

	return {
		async take(limit, now) {
			const holder = lease.check();
			if (holder?.value == null) return [];
			if (takenUnder !== holder.value) {
				taken.clear();
				await putBack(holder);
			}
			takenUnder = null;
			// Due in a future that no retry reaches: the clock was set back.
			const horizon = now + LONGEST_DELAY_MS;
			const isDue = (kept: Kept) =>
				isDueSometime(kept) &&
				((kept.dueAt ?? 0) <= now || (kept.dueAt ?? 0) > horizon);
			const { key, value } = holder;
			const items = await takeDue(key, value, now, horizon, limit);
			let marked = await mark(redis, holder, items, isDue);
			while (marked === null) marked = await mark(redis, holder, items, isDue);
			for (const [id, entry] of marked.entries) taken.set(id, entry);
			takenUnder = value;
			return marked.kept;
		},
		isTaken: (id) => taken.has(id),
		leaving: (ids) =>
			[...ids].flatMap((id) => {
				const entry = taken.get(id);
				return entry === undefined ? [] : dropping(entry);
			}),
		left(ids) {
			for (const id of ids) taken.delete(id);
		},
		abandon() {
			takenUnder = null;
		},
		async nextDue() {
			const due = lease.held() ? await next() : null;
			return due === null ? null : Number(due);
		},
	};
}
