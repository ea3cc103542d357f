import { Transient } from "../../errors.ts";
import type { Lease } from "../lease.ts";
import type { Check, Redis } from "./client.ts";

/** A lease that writes to Redis can be made under. */
export type RedisLease = Lease & {
	/** What a write must be made under, so that one who has lost it without knowing writes nothing; null where it is not ours. */
	check(): Check | null;
};

type Needs = {
	redis: Redis;
	name: string;
	/** Marks this process among all. */
	machine: string;
	/** ms of a clock that is never set */
	monotonic: () => number;
};

/** A holder that died is replaced when this has passed, and one look at it more. */
const LEASE_MS = 10_000;

/** The holder's name begins with the fencing number: higher for each holder, so never the same twice. */
const TAKE = `
	local key, machine, mine, ms = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
	local holder = redis.call('GET', key)
	-- One that runs longer than it was given for stands since the clock of Redis was set back.
	local isOver = not holder or redis.call('PTTL', key) > tonumber(ms)
	if holder ~= mine then
		if not isOver then return '' end
		mine = redis.call('INCR', key .. ':fence') .. ':' .. machine
	end
	redis.call('SET', key, mine, 'PX', ms)
	return mine`;
const HOLD = `
	if redis.call('GET', ARGV[1]) ~= ARGV[2] then return 0 end
	return redis.call('PEXPIRE', ARGV[1], ARGV[3])`;
const RELEASE = `
	if redis.call('GET', ARGV[1]) == ARGV[2] then redis.call('DEL', ARGV[1]) end`;

/** A lease in Redis. */
export function createRedisLease({
	redis,
	name,
	machine,
	monotonic,
}: Needs): RedisLease {
	const key = `nca:lease:${name}`;
	const takeIt = redis.script<string>(TAKE);
	const holdIt = redis.script<number>(HOLD);
	const releaseIt = redis.script<null>(RELEASE);
	let holder = "";
	let until = Number.NEGATIVE_INFINITY;

	const held = () => monotonic() < until;

	return {
		held,
		async take() {
			const asked = monotonic();
			holder = await takeIt(key, machine, holder, LEASE_MS);
			until = holder === "" ? asked : asked + LEASE_MS;
			return held();
		},
		check: () => (held() ? { key, value: holder } : null),
		async confirm() {
			const asked = monotonic();
			if (held() && (await holdIt(key, holder, LEASE_MS)) === 1) {
				until = asked + LEASE_MS;
				return;
			}
			until = asked;
			throw new Transient("another machine has taken over", { code: "LEASE" });
		},
		async release() {
			if (!held()) return;
			until = monotonic();
			await releaseIt(key, holder);
		},
	};
}
