import { createBudget, type Evicted } from "../budget.ts";
import { asEndingTotal } from "../ended-as.ts";
import type { Inbox } from "../inbox.ts";
import type { Redis } from "./client.ts";
import { inTime } from "./faults.ts";
import { createRedisEnforce } from "./inbox/budget.ts";
import { createRedisClaim } from "./inbox/claim.ts";
import { createRedisDepth } from "./inbox/depth.ts";
import { createRedisEnd } from "./inbox/end.ts";
import { repeatKeyOf, TOTALS } from "./inbox/keys.ts";
import { createRedisPrune } from "./inbox/prune.ts";
import { createRedisPut } from "./inbox/put.ts";
import { createRedisQueue } from "./inbox/queue.ts";
import { createRedisRecorded } from "./inbox/recorded.ts";
import { createRedisReplay } from "./inbox/replay.ts";
import { createRedisRoom } from "./inbox/room.ts";
import { createRedisUnmatched } from "./inbox/unmatched.ts";
import type { RedisLease } from "./lease.ts";
import { pairsOf } from "./pairs.ts";

/** A webhook without its record has about so many, bytes: when it is looked at they are counted. */
const UNMATCHED_BYTES = 2048;

/** The inbox in Redis: any machine puts in, and who holds the lease takes out. */
export function createRedisInbox(
	redis: Redis,
	lease: RedisLease,
	now: () => number,
	evicted: Evicted = () => {},
): Inbox {
	const budget = createBudget(createRedisEnforce(redis, evicted));
	const withRoom = createRedisRoom(redis);
	const queue = createRedisQueue(redis, lease);
	const put = createRedisPut(redis, budget, now);
	const end = createRedisEnd({ redis, lease, queue, now });

	return {
		put: (entry) => inTime(withRoom(() => put(entry))),
		claim: createRedisClaim(redis, queue),
		nextDue: queue.nextDue,
		async end(endings) {
			const unclaimed = await withRoom(() => end(endings));
			for (const ending of endings.values())
				if (ending.kind === "retry" && ending.dueAt === null)
					budget.add(UNMATCHED_BYTES);
			return unclaimed;
		},
		...createRedisUnmatched(redis),
		replay: createRedisReplay(redis),
		async holds(repeatKey) {
			const [id] = await redis.bytes([repeatKeyOf(repeatKey)]);
			return id !== null;
		},
		async totals() {
			const flat = await redis.call<string[]>("HGETALL", TOTALS);
			return pairsOf(flat)
				.filter(([, total]) => total > 0)
				.sort(([a], [b]) => (a < b ? -1 : 1))
				.map(([ending, total]) => asEndingTotal(ending, total));
		},
		prune: createRedisPrune(redis),
		...createRedisRecorded(redis),
		...createRedisDepth(redis),
		async probe() {
			await redis.call("SET", "nca:probe", "1");
			await budget.settled();
		},
	};
}
