import type { DeliveryId } from "../../../job.ts";
import type { Command, Redis } from "../client.ts";
import { LATER, QUEUE } from "./keys.ts";

/** An entry of the stream: its id, and the delivery's. */
export type Item = readonly [
	entry: string,
	fields: readonly [string, DeliveryId],
];

/** What takes an entry out of the stream. */
export const dropping = (entry: string): Command[] => [
	["XACK", QUEUE, "drain", entry],
	["XDEL", QUEUE, entry],
];

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

/** What the queue is asked, each as one step of Redis. */
export function createQueueScripts(redis: Redis) {
	return {
		/** Reads what is due, as the holder of a lease: its key, its value, now, after when nothing is due, how many. */
		takeDue: redis.script<Item[]>(TAKE),
		/** What was read and is still there: how many, after which entry. */
		pending: redis.script<Item[]>(PENDING),
		/** When the next one is due; '0': at once. */
		next: redis.script<string | null>(NEXT),
	};
}
