import type { DeliveryId, RunKey } from "../../../job.ts";
import { noteOf, STATE_OF } from "../../ended-as.ts";
import type { Ending, Entry, Inbox } from "../../inbox.ts";
import { addOne, tallyOfEnding } from "../../tally.ts";
import type { Check, Command, Redis } from "../client.ts";
import type { RedisLease } from "../lease.ts";
import { tallyCommands } from "../ledger/tallies.ts";
import type { RedisQueue } from "./queue.ts";
import {
	adding,
	changing,
	inKey,
	type Kept,
	load,
	ofKey,
	repeatKeyOf,
	TOTALS,
} from "./requests.ts";

type Needs = {
	redis: Redis;
	lease: RedisLease;
	queue: RedisQueue;
	now: () => number;
};

/** So many are released with the endings; with more Redis would do nothing else for too long. */
const MOST = 500;

/** A request that is changed with an ending. */
type Change = { check: Check; before: Kept; after: Kept };

/** Ends claims, all or none, with what each brings about. */
export function createRedisEndings({
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
		endings: ReadonlyMap<DeliveryId, Ending>,
	): Promise<DeliveryId[] | null> {
		const ids = [...endings.keys()];
		const changes = await claimedOf(ids.filter(queue.isTaken));
		const totals = new Map<string, number>();
		const tallies = new Map<string, number>();
		for (const [id, change] of changes) {
			const ending = endings.get(id);
			if (!ending) continue;
			change.after = counted(ended(change.after, ending), ending, totals);
			addOne(tallies, tallyOfEnding(change.before, ending));
		}
		const ours = ids.filter((id) => changes.has(id));
		const done = ours.flatMap((id) => {
			const ending = endings.get(id);
			return ending?.kind === "done" ? [ending] : [];
		});
		await release(
			holder,
			changes,
			done.flatMap(({ closed }) => closed ?? []),
		);
		const next = await following(
			changes,
			done.flatMap(({ next }) => next ?? []),
		);
		const failed = await redis.commit(
			[
				holder,
				...[...changes.values()].map(({ check }) => check),
				...next.checks,
			],
			[
				...queue.leaving(ours),
				...[...changes.values()].flatMap(({ before, after }) =>
					changing(before, after),
				),
				...[...totals].map(
					([ending, by]) => ["HINCRBY", TOTALS, ending, by] as const,
				),
				...tallyCommands(tallies, now()),
				...next.commands,
			],
		);
		if (failed?.key === holder.key) return notOurs(ids);
		if (failed !== null) return null;
		return ids.filter((id) => !changes.has(id) || !ours.includes(id));
	}

	async function claimedOf(
		ids: readonly DeliveryId[],
	): Promise<Map<DeliveryId, Change>> {
		const held = await load(redis, ids);
		return new Map(
			held
				.filter(({ kept }) => kept.state === "processing")
				.map(({ kept, check }) => [
					kept.id,
					{ check, before: kept, after: kept },
				]),
		);
	}

	/** They have waited: if the close does not settle them, they are parked again at once. */
	async function release(
		holder: Check,
		changes: Map<DeliveryId, Change>,
		closed: readonly RunKey[],
	): Promise<void> {
		const ids = new Set(
			closed.flatMap(({ jobId, ncaJobId }) => [jobId, ncaJobId ?? []].flat()),
		);
		const found = await Promise.all(
			[...ids].map((id) =>
				redis.call<DeliveryId[]>("ZINTER", 2, ofKey(id), inKey("parked")),
			),
		);
		const parked = [...new Set(found.flat())].filter((id) => !changes.has(id));
		const isOf = ({ jobId, ncaJobId }: Kept) =>
			closed.some(
				(run) =>
					run.jobId === jobId ||
					(run.ncaJobId !== null && run.ncaJobId === ncaJobId),
			);
		const isWaiting = (kept: Kept) =>
			kept.state === "parked" && kept.task === "outcome" && isOf(kept);
		// They are not claimed before the rest is done.
		for (let at = MOST; at < parked.length; at += MOST)
			await releaseSome(holder, parked.slice(at, at + MOST), isWaiting);
		for (const { kept, check } of await load(redis, parked.slice(0, MOST)))
			changes.set(kept.id, { check, before: kept, after: kept });
		for (const change of changes.values())
			if (isWaiting(change.after))
				change.after = { ...change.after, ...RELEASED };
	}

	/** Releases what is too much to be done with the endings. */
	async function releaseSome(
		holder: Check,
		ids: readonly DeliveryId[],
		isWaiting: (kept: Kept) => boolean,
	): Promise<void> {
		for (;;) {
			const held = await load(redis, ids);
			const waiting = held.filter(({ kept }) => isWaiting(kept));
			const failed = await redis.commit(
				[holder, ...waiting.map(({ check }) => check)],
				waiting.flatMap(({ kept }) => changing(kept, { ...kept, ...RELEASED })),
			);
			if (failed === null || failed.key === holder.key) return;
		}
	}

	/** What is put in with the endings, where none like it waits. */
	async function following(
		changes: ReadonlyMap<DeliveryId, Change>,
		entries: readonly Entry[],
	): Promise<{ checks: Check[]; commands: Command[] }> {
		const freed = new Set<string | null>();
		for (const { before, after } of changes.values())
			if (before.repeatKey !== after.repeatKey) freed.add(before.repeatKey);
		const keys = entries.map(({ repeatKey }) => repeatKeyOf(repeatKey ?? ""));
		const held = await redis.bytes(keys);
		const checks = new Map<string, Check>();
		const commands: Command[] = [];
		for (const [nth, entry] of entries.entries()) {
			const { repeatKey } = entry;
			const key = keys[nth] ?? "";
			const isFree =
				repeatKey === null || held[nth] === null || freed.has(repeatKey);
			if (!isFree || checks.has(key)) continue;
			if (repeatKey !== null)
				checks.set(key, { key, value: held[nth]?.toString() ?? null });
			commands.push(...adding(entry));
		}
		return { checks: [...checks.values()], commands };
	}
}

const RELEASED = {
	state: "retry",
	reason: "its job was closed",
	dueAt: 0,
} as const;

/** What is our own is no repeat once it has ended, since its job may be found stuck again; nor is what was buried. */
function ended(kept: Kept, ending: Ending): Kept {
	const again = ending.kind === "retry" ? ending : null;
	const state = STATE_OF[ending.kind];
	const isUnmatched = again !== null && again.dueAt === null;
	const isNoRepeat =
		state === "buried" || (kept.proof === "own" && again === null);
	return {
		...kept,
		state,
		reason: noteOf(ending),
		dueAt: again?.dueAt ?? null,
		waiting: state === "parked" ? kept.waiting : (again?.waiting ?? null),
		lookedAt: isUnmatched ? (kept.lookedAt ?? again.waiting.since) : null,
		repeatKey: isNoRepeat ? null : kept.repeatKey,
	};
}

/** Each is counted by its latest ending; what was done once stays counted so, however often it is taken again. */
function counted(
	kept: Kept,
	ending: Ending,
	totals: Map<string, number>,
): Kept {
	if (ending.kind === "retry") return kept;
	const { task, state, via, countedAs } = kept;
	if (countedAs !== null) {
		if (JSON.parse(countedAs)[1] === "done") return kept;
		totals.set(countedAs, (totals.get(countedAs) ?? 0) - 1);
	}
	const verdict = ending.kind === "bury" ? "" : (noteOf(ending) ?? "");
	const as = JSON.stringify([task, state, verdict, via]);
	totals.set(as, (totals.get(as) ?? 0) + 1);
	return { ...kept, countedAs: as };
}
