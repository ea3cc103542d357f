import type { RecordId } from "../../job.ts";
import type { Redis } from "./client.ts";
import { ALL } from "./inbox/keys.ts";
import { placingWaiting } from "./inbox/request-places.ts";
import { load } from "./inbox/requests.ts";
import { placingKnown } from "./ledger/job-places.ts";
import { createRedisJobs } from "./ledger/jobs.ts";
import { JOBS } from "./ledger/keys.ts";
import { pairsOf } from "./pairs.ts";

/** That all that is kept stands where this version looks for it. */
const PLACED = "nca:placed";
/** So many are read at once, about. */
const TURN = 200;

/**
 * What an earlier version put in is placed where figures and lists look for it, once: otherwise they would say that
 * nothing waits and nothing is stuck. Others go on meanwhile. @throws Transient, and then it is begun anew the next time
 */
export async function placeAll(redis: Redis): Promise<void> {
	if ((await redis.call<string | null>("GET", PLACED)) !== null) return;
	for await (const ids of membersOf(redis, ALL)) await placeRequests(ids);
	const jobs = createRedisJobs(redis);
	for await (const ids of membersOf(redis, JOBS))
		await jobs.change(ids as RecordId[], (job, id) => ({
			job,
			also: placingKnown(id, job),
		}));
	await redis.call("SET", PLACED, 1);

	/** As they are when it is done: one that ends meanwhile must not stand there for ever. */
	async function placeRequests(ids: readonly string[]): Promise<void> {
		for (;;) {
			const held = await load(redis, ids);
			const checks = held.map(({ check }) => check);
			const commands = held.flatMap(({ kept }) => placingWaiting(kept));
			if (commands.length === 0) return;
			if ((await redis.commit(checks, commands)) === null) return;
		}
	}
}

/** Some at a time; one can come twice. */
async function* membersOf(redis: Redis, set: string): AsyncGenerator<string[]> {
	let cursor = "0";
	do {
		const [next, flat] = await redis.call<[string, string[]]>(
			...(["ZSCAN", set, cursor, "COUNT", TURN] as const),
		);
		const members = pairsOf(flat).map(([member]) => member);
		if (members.length > 0) yield members;
		cursor = next;
	} while (cursor !== "0");
}
