import type { DeliveryId } from "../../../job.ts";
import {
	BUDGET,
	type Evicted,
	isAcknowledged,
	isTooMuch,
	RECORD_BYTES,
} from "../../budget.ts";
import type { Redis } from "../client.ts";
import { removing } from "./commands.ts";
import { bodyKey, inKey, requestKey, UNMATCHED } from "./keys.ts";
import { isUnmatched, type Kept, load, withBodies } from "./requests.ts";

/** So many are measured at once, and so many freed. */
const TURN = 500;
const FREED = 20;

/** How large they are, bytes: by their ids, oldest first. */
const SIZES = `
	local sizes = {}
	for at = 1, #ARGV do
		sizes[at] = redis.call('STRLEN', '${requestKey("")}' .. ARGV[at]) + redis.call('STRLEN', '${bodyKey("")}' .. ARGV[at])
	end
	return sizes`;

type Sized = { id: DeliveryId; bytes: number };

/** The same as on SQLite: any machine may do it, since none takes out what another has changed. */
export function createRedisEnforce(redis: Redis, evicted: Evicted) {
	const sizes = redis.script<number[]>(SIZES);

	async function sizedOf(set: string): Promise<Sized[]> {
		const ids = await redis.call<DeliveryId[]>("ZRANGE", set, 0, -1);
		const all: Sized[] = [];
		for (let at = 0; at < ids.length; at += TURN) {
			const some = ids.slice(at, at + TURN);
			const found = await sizes(...some);
			for (const [nth, id] of some.entries())
				all.push({ id, bytes: RECORD_BYTES + (found[nth] ?? 0) });
		}
		return all;
	}

	async function remove(
		ids: readonly DeliveryId[],
		isOne: (kept: Kept) => boolean,
	): Promise<void> {
		const held = (await load(redis, ids)).filter(({ kept }) => isOne(kept));
		const acknowledged = held
			.map(({ kept }) => kept)
			.filter(({ state }) => isAcknowledged(state));
		for await (const whole of withBodies(redis, acknowledged)) evicted(whole);
		await redis.commit(
			held.map(({ check }) => check),
			held.flatMap(({ kept }) => removing(kept)),
		);
	}

	return async function enforce(): Promise<number> {
		const refused = await Promise.all(
			[inKey("refused"), inKey("test")].map(sizedOf),
		);
		const kinds = [
			{ state: "refused", all: refused.flat(), isOne: () => true },
			{ state: "parked", all: await parkedAtDoor(), isOne: isParkedAtDoor },
			{ state: "retry", all: await sizedOf(UNMATCHED), isOne: isUnmatched },
		] as const;
		let used = kinds
			.flatMap(({ all }) => all)
			.reduce((sum, { bytes }) => sum + bytes, 0);
		if (used <= BUDGET) return used;
		for (const { state, all, isOne } of kinds) {
			all.sort((a, b) => (a.id < b.id ? -1 : 1));
			for (let at = 0; at < all.length && isTooMuch(used, state); ) {
				const ids: DeliveryId[] = [];
				for (; ids.length < FREED && isTooMuch(used, state); at += 1) {
					const one = all[at];
					if (!one) break;
					ids.push(one.id);
					used -= one.bytes;
				}
				await remove(ids, isOne);
			}
		}
		return used;
	};

	async function parkedAtDoor(): Promise<Sized[]> {
		const all = await sizedOf(inKey("parked"));
		const door: Sized[] = [];
		for (let at = 0; at < all.length; at += TURN) {
			const some = all.slice(at, at + TURN);
			const held = await load(
				redis,
				some.map(({ id }) => id),
			);
			const ids = new Set(
				held
					.filter(({ kept }) => isParkedAtDoor(kept))
					.map(({ kept }) => kept.id),
			);
			door.push(...some.filter(({ id }) => ids.has(id)));
		}
		return door;
	}
}

/** It was never claimed. */
function isParkedAtDoor({ state, attempts }: Kept): boolean {
	return state === "parked" && attempts === 0;
}
