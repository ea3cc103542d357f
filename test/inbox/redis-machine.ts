import { expect } from "vitest";
import type { Ending } from "../../src/inbox/inbox.ts";
import type { Redis } from "../../src/inbox/redis/client.ts";
import { createRedisInbox } from "../../src/inbox/redis/inbox.ts";
import { createRedisLease } from "../../src/inbox/redis/lease.ts";
import type { RedisServer } from "../../src/sandbox/redis.ts";
import { START } from "../set-up.ts";
import { deliveryId } from "./entries.ts";
import { connect } from "./redis-server.ts";

/** One of several machines on a Redis, whose clock is moved by hand. */
async function machineOn(server: RedisServer, name: string) {
	const redis = await connect(server);
	/** What its inbox has of Redis: a test can replace a part of it. */
	const door: Redis = { ...redis };
	let time = 0;
	const lease = createRedisLease({
		redis,
		name: "drain",
		machine: name,
		monotonic: () => time,
	});
	return {
		redis,
		door,
		lease,
		inbox: createRedisInbox(
			{
				...redis,
				commit: (...args) => door.commit(...args),
				bytes: (...args) => door.bytes(...args),
			},
			lease,
			() => START,
		),
		/** Its clock goes on, and nothing else. */
		advance(ms: number) {
			time += ms;
		},
	};
}

/** Its next call is done, and its answer is lost. */
export function losingAnswer<Args extends unknown[], Result>(
	call: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
	let lost = false;
	return async (...args) => {
		const result = await call(...args);
		if (lost) return result;
		lost = true;
		throw new Error("the answer was lost");
	};
}

/** Redis lets the lease of a machine that says nothing more run out. */
export async function runOut(redis: Redis, name = "drain"): Promise<void> {
	await redis.call("DEL", `nca:lease:${name}`);
}

/** Two machines on an empty Redis; the first may take out. */
export async function twoMachines(server: RedisServer | null) {
	if (server === null) throw new Error("skipped without one");
	const first = await machineOn(server, "first");
	const second = await machineOn(server, "second");
	await first.redis.call("FLUSHALL");
	await first.lease.take();
	return { first, second };
}

/** The second has the lease, and the first does not know. */
export async function takeOver({
	first,
	second,
}: Awaited<ReturnType<typeof twoMachines>>): Promise<void> {
	await runOut(first.redis);
	expect(await second.lease.take()).toBe(true);
}

export const done = (verdict: string): Ending => ({ kind: "done", verdict });

/** The delivery `d1` ends so. */
export const endOf = (ending: Ending) => new Map([[deliveryId("d1"), ending]]);
