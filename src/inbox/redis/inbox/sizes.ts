import type { DeliveryId } from "../../../job.ts";
import { RECORD_BYTES } from "../../budget.ts";
import type { Redis } from "../client.ts";
import { bodyKey, inKey, requestKey } from "./keys.ts";
import { type Kept, load } from "./requests.ts";

/** So many are measured at once. */
const TURN = 500;

/** How large they are, bytes: by their ids, oldest first. */
const SIZES = `
	local sizes = {}
	for at = 1, #ARGV do
		sizes[at] = redis.call('STRLEN', '${requestKey("")}' .. ARGV[at]) + redis.call('STRLEN', '${bodyKey("")}' .. ARGV[at])
	end
	return sizes`;

/** A request, and how large it is, bytes. */
export type Sized = { id: DeliveryId; bytes: number };

/** How large requests are, with their bodies. */
export function createSizes(redis: Redis) {
	const sizes = redis.script<number[]>(SIZES);

	/** Those of a set. */
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

	/** Those that were parked when they came. */
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

	return { sizedOf, parkedAtDoor };
}

/** It was never claimed. */
export function isParkedAtDoor({ state, attempts }: Kept): boolean {
	return state === "parked" && attempts === 0;
}
