import type { DeliveryId } from "../../../job.ts";
import { LONGEST_DELAY_MS } from "../../backoff.ts";
import type { Check, Command, Redis } from "../client.ts";
import type { RedisLease } from "../lease.ts";
import {
	changing,
	isDueSometime,
	type Kept,
	LATER,
	load,
	QUEUE,
} from "./requests.ts";

/** So many are put back at once. */
const TURN = 100;

/** The group is made anew where Redis has lost it. */
const MAKE = `redis.pcall('XGROUP', 'CREATE', '${QUEUE}', 'drain', '0', 'MKSTREAM')`;
/** What nobody has read yet. */
const UNREAD = `redis.call('XLEN', '${QUEUE}') - redis.call('XPENDING', '${QUEUE}', 'drain')[1]`;

/** Takes no more out of LATER than are read at once, so that what is in the queue is due. */
const TAKE = `
	local key, holder, now, horizon, limit = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
	if redis.call('GET', key) ~= holder then return {} end
	${MAKE}
	local room = limit - (${UNREAD})
	local function move(from, to)
		if room <= 0 then return end
		local due = redis.call('ZRANGE', '${LATER}', from, to, 'BYSCORE', 'LIMIT', 0, room)
		for _, id in ipairs(due) do
			redis.call('ZREM', '${LATER}', id)
			redis.call('XADD', '${QUEUE}', '*', 'id', id)
		end
		room = room - #due
	end
	move('-inf', now)
	move('(' .. horizon, '+inf')
	local read = redis.call('XREADGROUP', 'GROUP', 'drain', 'drain', 'COUNT', limit, 'STREAMS', '${QUEUE}', '>')
	return read and read[1][2] or {}`;
const PENDING = `
	${MAKE}
	local read = redis.call('XREADGROUP', 'GROUP', 'drain', 'drain', 'COUNT', ARGV[1], 'STREAMS', '${QUEUE}', ARGV[2])
	return read and read[1][2] or {}`;
const NEXT = `
	${MAKE}
	if ${UNREAD} > 0 then return '0' end
	return redis.call('ZRANGE', '${LATER}', 0, 0, 'WITHSCORES')[2]`;

/** An entry of the stream: its id, and the delivery's. */
type Item = readonly [entry: string, fields: readonly [string, DeliveryId]];

export type RedisQueue = {
	/** Takes up to `limit` that are due, longest due first; nobody else's until they end. None where we are not to. */
	take(limit: number, now: number): Promise<Kept[]>;
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
	const takeDue = redis.script<Item[]>(TAKE);
	const pending = redis.script<Item[]>(PENDING);
	const next = redis.script<string | null>(NEXT);
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
			while (!(await restore(holder, lost)));
		}
	}

	/** @returns whether nobody changed them meanwhile */
	async function restore(
		holder: Check,
		items: readonly Item[],
	): Promise<boolean> {
		const held = await load(
			redis,
			items.map(([, [, id]]) => id),
		);
		const open = held.filter(({ kept }) => STARTED.includes(kept.state));
		const failed = await redis.commit(
			[holder, ...held.map(({ check }) => check)],
			[
				...items.flatMap(([entry]) => dropping(entry)),
				...open.flatMap(({ kept }) =>
					changing({ ...kept, dueAt: null }, { ...kept, ...INTERRUPTED }),
				),
			],
		);
		return failed === null || failed.key === holder.key;
	}

	/** Marks what was read as processing; what is not due any more, or twice in the queue, is dropped. */
	async function mark(
		holder: Check,
		items: readonly Item[],
		isDue: (kept: Kept) => boolean,
	): Promise<Kept[] | null> {
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
			after: {
				...kept,
				state: "processing" as const,
				dueAt: null,
				attempts: kept.attempts + 1,
			},
		}));
		const failed = await redis.commit(
			[holder, ...held.map(({ check }) => check)],
			[
				...dropped.flatMap(dropping),
				...changes.flatMap(({ before, after }) => changing(before, after)),
			],
		);
		if (failed !== null) return failed.key === holder.key ? [] : null;
		for (const [id, entry] of entries) taken.set(id, entry);
		return changes.map(({ after }) => after);
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
			let marked: Kept[] | null = null;
			while (marked === null) marked = await mark(holder, items, isDue);
			takenUnder = value;
			return marked;
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

const dropping = (entry: string): Command[] => [
	["XACK", QUEUE, "drain", entry],
	["XDEL", QUEUE, entry],
];

/** Not ended. */
const STARTED: readonly string[] = ["accepted", "retry", "processing"];
const INTERRUPTED = {
	state: "retry",
	reason: "interrupted by a stop",
	dueAt: 0,
} as const;
