import type { DeliveryId } from "../../../job.ts";
import type { Ending, Inbox } from "../../inbox.ts";
import { addOne, tallyOfEnding } from "../../tally.ts";
import type { Check, Command, Redis } from "../client.ts";
import type { RedisLease } from "../lease.ts";
import { tallyCommands } from "../ledger/tallies.ts";
import { type Changes, claimedOf } from "./changes.ts";
import { changing } from "./commands.ts";
import { counted, ended } from "./ended.ts";
import { following } from "./following.ts";
import { TOTALS } from "./keys.ts";
import type { RedisQueue } from "./queue.ts";
import { release } from "./release.ts";

type Needs = {
	redis: Redis;
	lease: RedisLease;
	queue: RedisQueue;
	now: () => number;
};

type Endings = ReadonlyMap<DeliveryId, Ending>;

/** Ends claims, all or none, with what each brings about. */
export function createRedisEnd({
	redis,
	lease,
	queue,
	now,
}: Needs): Inbox["end"] {
	return async function end(endings) {
		if (endings.size === 0) return [];
		for (;;) {
			const holder = lease.check();
			const unclaimed = holder
				? await attempt(holder, endings)
				: notOurs(endings.keys());
			if (unclaimed === null) continue;
			// Whoever ends them has done with them, also with those that were not claimed any more.
			queue.left(endings.keys());
			return unclaimed;
		}
	};

	/** Another has them by now, or will, or we ourselves under our next lease. */
	function notOurs(ids: Iterable<DeliveryId>): DeliveryId[] {
		queue.abandon();
		return [...ids];
	}

	/** @returns null where something was changed meanwhile */
	async function attempt(
		holder: Check,
		endings: Endings,
	): Promise<DeliveryId[] | null> {
		const ids = [...endings.keys()];
		const changes = await claimedOf(redis, ids.filter(queue.isTaken));
		const ours = ids.filter((id) => changes.has(id));
		const counts = endAll(changes, endings);
		const done = ours.flatMap((id) => {
			const ending = endings.get(id);
			return ending?.kind === "done" ? [ending] : [];
		});
		const closed = done.flatMap((one) => one.closed ?? []);
		await release(redis, { holder, changes, closed });
		const entries = done.flatMap((one) => one.next ?? []);
		const next = await following(redis, changes, entries);
		const all = [...changes.values()];
		const failed = await redis.commit(
			[holder, ...all.map(({ check }) => check), ...next.checks],
			[
				...queue.leaving(ours),
				...all.flatMap(({ before, after }) => changing(before, after)),
				...counts,
				...next.commands,
			],
		);
		if (failed?.key === holder.key) return notOurs(ids);
		if (failed !== null) return null;
		return ids.filter((id) => !ours.includes(id));
	}

	/** @returns what counts them */
	function endAll(changes: Changes, endings: Endings): Command[] {
		const totals = new Map<string, number>();
		const tallies = new Map<string, number>();
		for (const [id, change] of changes) {
			const ending = endings.get(id);
			if (!ending) continue;
			change.after = counted(ended(change.after, ending), ending, totals);
			addOne(tallies, tallyOfEnding(change.before, ending));
		}
		return [
			...[...totals].map(
				([ending, by]) => ["HINCRBY", TOTALS, ending, by] as const,
			),
			...tallyCommands(tallies, now()),
		];
	}
}
