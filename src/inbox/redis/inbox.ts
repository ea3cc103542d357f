import type { DeliveryId } from "../../job.ts";
import { budgetedBytes, createBudget, type Evicted } from "../budget.ts";
import type {
	Claim,
	EndingTotal,
	Entry,
	Inbox,
	PutResult,
	Recorded,
} from "../inbox.ts";
import { LAST_RECEIVED } from "../ledger/facts.ts";
import { addOne, isReceived, tallyOfPut } from "../tally.ts";
import { type Check, type Command, inTime, type Redis } from "./client.ts";
import { createRedisEnforce, isUnmatched } from "./inbox/budget.ts";
import { createRedisDepth } from "./inbox/depth.ts";
import { createRedisEndings } from "./inbox/endings.ts";
import { createRedisQueue } from "./inbox/queue.ts";
import {
	adding,
	changing,
	inKey,
	type Kept,
	load,
	RECEIVED,
	removing,
	repeatKeyOf,
	TOTALS,
	UNMATCHED,
	withBodies,
} from "./inbox/requests.ts";
import { createRedisRoom } from "./inbox/room.ts";
import { isListed, isReplayed, setsOf, walk } from "./inbox/walk.ts";
import type { RedisLease } from "./lease.ts";
import { latestFact } from "./ledger/facts.ts";
import { tallyCommands } from "./ledger/tallies.ts";
import { pairsOf } from "./pairs.ts";

/** So many are changed at once: others have their turn, here and in Redis. */
const TURN = 200;
/** A webhook without its record has about so many, bytes: when it is looked at they are counted. */
const UNMATCHED_BYTES = 2048;
const ENDED: readonly string[] = ["done", "stale", "refused", "test"];

/** The inbox in Redis: any machine puts in, and who holds the lease takes out. */
export function createRedisInbox(
	redis: Redis,
	lease: RedisLease,
	now: () => number,
	evicted: Evicted = () => {},
): Inbox {
	const queue = createRedisQueue(redis, lease);
	const end = createRedisEndings({ redis, lease, queue, now });
	const budget = createBudget(createRedisEnforce(redis, evicted));
	const withRoom = createRedisRoom(redis);
	let claiming: Promise<unknown> = Promise.resolve();

	/** Changes those that are still so when it is done. @returns those that were changed */
	async function change(
		ids: readonly string[],
		changed: (kept: Kept) => Partial<Kept> | null,
	): Promise<DeliveryId[]> {
		for (;;) {
			const checks: Check[] = [];
			const commands: Command[] = [];
			const done: DeliveryId[] = [];
			for (const { kept, check } of await load(redis, ids)) {
				const some = changed(kept);
				if (some === null) continue;
				checks.push(check);
				commands.push(...changing(kept, { ...kept, ...some }));
				done.push(kept.id);
			}
			if (done.length === 0) return [];
			if ((await redis.commit(checks, commands)) === null) return done;
		}
	}

	function counting(entry: Entry, put: Pick<PutResult, "kind">): Command[] {
		const counts = new Map<string, number>();
		addOne(counts, tallyOfPut(entry, put));
		const at = now();
		const received: Command[] = isReceived(counts)
			? [latestFact(LAST_RECEIVED, at)]
			: [];
		return [...tallyCommands(counts, at), ...received];
	}

	async function put(entry: Entry): Promise<PutResult> {
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
	}

	/** Takes again what is in a set and for which `why` has a reason: how many. */
	async function release(
		set: string,
		why: (kept: Kept) => string | null,
	): Promise<number> {
		let total = 0;
		for await (const page of walk(redis, { sets: [set], newestFirst: false })) {
			const ids = page.map(({ kept }) => kept.id);
			const done = await change(ids, (kept) => {
				const reason = why(kept);
				return reason === null ? null : { state: "retry", reason, dueAt: 0 };
			});
			total += done.length;
		}
		return total;
	}

	async function forget(before: number): Promise<number> {
		let forgotten = 0;
		for (let left = 0; ; ) {
			const ids = await redis.call<DeliveryId[]>(
				...(["ZRANGE", RECEIVED, "-inf", `(${before}`, "BYSCORE"] as const),
				...["LIMIT", left, TURN],
			);
			const held = await load(redis, ids);
			const ended = held.filter(({ kept }) => ENDED.includes(kept.state));
			const failed = await redis.commit(
				ended.map(({ check }) => check),
				ended.flatMap(({ kept }) => removing(kept)),
			);
			if (failed !== null) continue;
			await change(ids, ({ repeatKey, proof }) =>
				repeatKey === null || proof === "own" ? null : { repeatKey: null },
			);
			forgotten += ended.length;
			left += ids.length - ended.length;
			if (ids.length < TURN) return forgotten;
		}
	}

	return {
		put: (entry) => inTime(withRoom(() => put(entry))),
		claim(limit, now) {
			const claims = claiming.then(async () => {
				const kept = await queue.take(limit, now);
				try {
					const whole = await Array.fromAsync(withBodies(redis, kept));
					return whole.map(asClaim).sort((a, b) => (a.id < b.id ? -1 : 1));
				} catch (error) {
					queue.abandon();
					throw error;
				}
			});
			claiming = claims.catch(() => {});
			return claims;
		},
		async end(endings) {
			const unclaimed = await withRoom(() => end(endings));
			for (const ending of endings.values())
				if (ending.kind === "retry" && ending.dueAt === null)
					budget.add(UNMATCHED_BYTES);
			return unclaimed;
		},
		async unmatched(limit) {
			const ids = await redis.call<string[]>("ZRANGE", UNMATCHED, 0, limit - 1);
			return (await load(redis, ids)).map(({ kept }) => ({
				id: kept.id,
				jobId: kept.jobId,
				ncaJobId: kept.ncaJobId,
				since: kept.waiting?.since ?? 0,
			}));
		},
		async lookedFor(ids, found, now) {
			const there = new Set(found);
			await change(ids, (kept) =>
				isUnmatched(kept)
					? { lookedAt: now, dueAt: there.has(kept.id) ? 0 : null }
					: null,
			);
		},
		async recordsSeen(runs) {
			if (runs.length === 0) return 0;
			const jobs = new Set<unknown>(runs.map(({ jobId }) => jobId));
			const named = new Set<unknown>(
				runs.flatMap(({ ncaJobId }) => ncaJobId ?? []),
			);
			const isSeen = ({ jobId, ncaJobId }: Kept) =>
				jobId === null ? named.has(ncaJobId) : jobs.has(jobId);
			const waiting = await redis.call<number>("ZCARD", UNMATCHED);
			const seen =
				waiting > 0
					? await release(inKey("retry"), (kept) =>
							isUnmatched(kept) && isSeen(kept) ? (kept.reason ?? "") : null,
						)
					: 0;
			// A failure that named the run before its record did.
			const confirmed = await release(inKey("parked"), (kept) =>
				kept.reason === "unconfirmed" && named.has(kept.ncaJobId)
					? "its record bears its id now"
					: null,
			);
			return seen + confirmed;
		},
		async replay(which) {
			const { id, run, state } = which;
			const ids = run && [run.jobId, ...(run.ncaJobId ? [run.ncaJobId] : [])];
			const again = (kept: Kept) =>
				isReplayed(kept, which) ? TAKEN_AGAIN : null;
			if (id !== undefined) return change([id], again);
			const replayed: DeliveryId[] = [];
			const pages = walk(redis, {
				sets: setsOf({ ids, state }),
				newestFirst: false,
			});
			for await (const page of pages)
				replayed.push(
					...(await change(
						page.map(({ kept }) => kept.id),
						again,
					)),
				);
			return replayed;
		},
		async holds(repeatKey) {
			const [id] = await redis.bytes([repeatKeyOf(repeatKey)]);
			return id !== null;
		},
		async totals() {
			const pairs = await redis.call<string[]>("HGETALL", TOTALS);
			return asTotals(pairs);
		},
		...createRedisDepth(redis),
		nextDue: queue.nextDue,
		prune: forget,
		async list(filter) {
			const found: Recorded[] = [];
			const { text, limit, before } = filter;
			const sets = setsOf(filter);
			for await (const page of walk(redis, {
				sets,
				newestFirst: true,
				after: before,
			})) {
				const kept = page
					.map((one) => one.kept)
					.filter((one) => isListed(one, filter));
				const some = text === undefined ? kept.slice(0, limit) : kept;
				for await (const one of withBodies(redis, some)) {
					if (text === undefined || one.body.includes(text))
						found.push(asRecorded(one));
					if (found.length >= limit) break;
				}
				if (found.length >= limit) break;
			}
			return found;
		},
		async get(id) {
			const held = await load(redis, [id]);
			const kept = held.map((one) => one.kept);
			for await (const one of withBodies(redis, kept)) return asRecorded(one);
			return null;
		},
		async probe() {
			await redis.call("SET", "nca:probe", "1");
			await budget.settled();
		},
	};
}

const TAKEN_AGAIN = {
	state: "retry",
	reason: "taken again",
	dueAt: 0,
	waiting: null,
	lookedAt: null,
} as const;

type Whole = Kept & { body: Buffer };

function asClaim(whole: Whole): Claim {
	const { id, task, receivedAt, via, proof, query, body, jobId, waiting } =
		whole;
	return { id, task, receivedAt, via, proof, query, body, jobId, waiting };
}

function asRecorded({
	repeatKey: _,
	waiting: __,
	lookedAt: ___,
	countedAs: ____,
	...recorded
}: Whole): Recorded {
	return recorded;
}

/** @param pairs endings and how many, by turns */
function asTotals(pairs: readonly string[]): EndingTotal[] {
	return pairsOf(pairs)
		.filter(([, total]) => total > 0)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([ending, total]) => {
			const [task, state, verdict, via] = JSON.parse(ending);
			return { task, state, verdict, via, total };
		});
}
