import type { DeliveryId } from "../../../job.ts";
import {
	BUDGET,
	type Evicted,
	isAcknowledged,
	isTooMuch,
} from "../../budget.ts";
import type { Redis } from "../client.ts";
import { removing } from "./commands.ts";
import { inKey, UNMATCHED } from "./keys.ts";
import { isUnmatched, type Kept, load, withBodies } from "./requests.ts";
import { createSizes, isParkedAtDoor } from "./sizes.ts";

/** So many are freed at once. */
const FREED = 20;

/** The same as on SQLite: any machine may do it, since none takes out what another has changed. */
export function createRedisEnforce(redis: Redis, evicted: Evicted) {
	const { sizedOf, parkedAtDoor } = createSizes(redis);

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
}
