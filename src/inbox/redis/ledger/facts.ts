import type { Facts } from "../../ledger/facts.ts";
import type { Command, Redis } from "../client.ts";

/** Single numbers, by name. */
const FACTS = "nca:facts";

/** Notes a time under a name, unless a later one stands there. @param at ms since the epoch */
export function latestFact(name: string, at: number): Command {
	return ["ZADD", FACTS, "GT", at, name];
}

/** Counts one more under a name. */
export function oneMore(name: string): Command {
	return ["ZINCRBY", FACTS, 1, name];
}

/** Single numbers, all in one set. */
export function createRedisFacts(redis: Redis): Facts {
	return {
		async fact(name) {
			const value = await redis.call<string | null>("ZSCORE", FACTS, name);
			return value === null ? null : Number(value);
		},
		async note(name, value) {
			await redis.call("ZADD", FACTS, value, name);
		},
	};
}
