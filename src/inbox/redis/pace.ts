import { createLeastTime } from "../../airtable/least-time.ts";
import {
	CAUTIOUS_MS,
	LOCKOUT_MS,
	LONGEST_WAY_MS,
	type Pace,
	SLACK_MS,
} from "../../airtable/pace.ts";
import type { Redis } from "./client.ts";

/** Who waits for another machine's answer asks again after so long, ms. */
const ASK_AGAIN_MS = 40;
/** By the clock of Redis, one for all; where it was set back, what was to come later has come. */
const NOW = `
	local time = redis.call('TIME')
	local now = time[1] * 1000 + time[2] / 1000`;
/** A request in `latest` is the time at which Airtable had it; `sent` holds their ids in order. */
const TAKE = `
	local most, window, id = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
	${NOW}
	if redis.call('EXISTS', 'nca:pace:cautious') == 1 then window = 2 * window end
	local free = tonumber(redis.call('GET', 'nca:pace:free') or 0)
	if free > now + ${LOCKOUT_MS} then free = now end
	local next = free
	if redis.call('LLEN', 'nca:pace:sent') >= most then
		local first = redis.call('LINDEX', 'nca:pace:sent', -most)
		local latest = math.min(tonumber(redis.call('HGET', 'nca:pace:latest', first) or 0), now + ${LONGEST_WAY_MS})
		next = math.max(free, latest + window + ${SLACK_MS})
		-- Its answer opens the way sooner, and comes to another machine.
		if latest > now then return math.min(math.ceil(next - now), ${ASK_AGAIN_MS}) end
	end
	if next > now then return math.ceil(next - now) end
	local due = now
	if now - free <= ${SLACK_MS} then due = free end
	redis.call('SET', 'nca:pace:free', string.format('%.3f', due + window / most))
	redis.call('RPUSH', 'nca:pace:sent', id)
	redis.call('HSET', 'nca:pace:latest', id, string.format('%.3f', now + ${LONGEST_WAY_MS}))
	while redis.call('LLEN', 'nca:pace:sent') > most do
		redis.call('HDEL', 'nca:pace:latest', redis.call('LPOP', 'nca:pace:sent'))
	end
	return 0`;
const ANSWERED = `
	local id, least = ARGV[1], tonumber(ARGV[2])
	${NOW}
	local latest = tonumber(redis.call('HGET', 'nca:pace:latest', id) or 0)
	if latest > now - least then
		redis.call('HSET', 'nca:pace:latest', id, string.format('%.3f', now - least))
	end`;
const THROTTLED = `
	${NOW}
	redis.call('SET', 'nca:pace:free', string.format('%.3f', now + ${LOCKOUT_MS}))
	redis.call('SET', 'nca:pace:cautious', 1, 'PX', ${CAUTIOUS_MS})`;

type Needs = {
	redis: Redis;
	requestsPerSecond: number;
	/** Marks this process among all. */
	machine: string;
};

/** The pace of a base that several machines share: the same rule as for one, its state in Redis. */
export function createRedisPace({
	redis,
	requestsPerSecond,
	machine,
}: Needs): Pace {
	const most = Math.max(1, Math.floor(requestsPerSecond));
	const windowMs = (most / requestsPerSecond) * 1000;
	const take = redis.script<number>(TAKE);
	const answered = redis.script<null>(ANSWERED);
	const throttled = redis.script<null>(THROTTLED);
	const leastTime = createLeastTime();
	const kinds = new Map<string, string>();
	let taken = 0;

	return {
		async take(kind) {
			taken += 1;
			const id = `${machine}:${taken}`;
			const waitMs = await take(most, windowMs, id);
			if (waitMs > 0) return { waitMs };
			kinds.set(id, kind);
			return { id };
		},
		async answered(id, tookMs) {
			const kind = kinds.get(id) ?? "";
			kinds.delete(id);
			// What is refused is answered sooner than what is done.
			await answered(id, tookMs === null ? 0 : leastTime(kind, tookMs));
		},
		async throttled() {
			await throttled();
		},
	};
}
