import { type Budget, budgetedBytes } from "../../budget.ts";
import type { Entry, Inbox, PutResult } from "../../inbox.ts";
import { LAST_RECEIVED } from "../../ledger/facts.ts";
import { addOne, isReceived, tallyOfPut } from "../../tally.ts";
import type { Command, Redis } from "../client.ts";
import { latestFact } from "../ledger/facts.ts";
import { tallyCommands } from "../ledger/tallies.ts";
import { adding } from "./commands.ts";
import { repeatKeyOf } from "./keys.ts";
import { load } from "./requests.ts";

/** Puts a request in, unless it is a repeat. */
export function createRedisPut(
	redis: Redis,
	budget: Pick<Budget, "add">,
	now: () => number,
): Inbox["put"] {
	function counting(entry: Entry, put: Pick<PutResult, "kind">): Command[] {
		const counts = new Map<string, number>();
		addOne(counts, tallyOfPut(entry, put));
		const at = now();
		const received = isReceived(counts) ? [latestFact(LAST_RECEIVED, at)] : [];
		return [...tallyCommands(counts, at), ...received];
	}

	return async function put(entry) {
		const key = entry.repeatKey && repeatKeyOf(entry.repeatKey);
		/** Bears the key, and is gone: it is no repeat of it. */
		let gone: string | null = null;
		for (;;) {
			const checks = key ? [{ key, value: gone }] : [];
			const repeated = await redis.commit(checks, [
				...adding(entry),
				...counting(entry, { kind: "new" }),
			]);
			if (repeated === null) {
				budget.add(budgetedBytes(entry));
				return { kind: "new" };
			}
			const [id] = await redis.bytes([repeated.key]);
			gone = id?.toString() ?? null;
			const [first] = await load(redis, gone ? [gone] : []);
			if (!first) continue;
			const { id: firstId, jobId } = first.kept;
			await redis.commit([], counting(entry, { kind: "duplicate" }));
			return { kind: "duplicate", id: firstId, jobId };
		}
	};
}
