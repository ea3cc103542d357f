import type { DeliveryId } from "../../../job.ts";
import type { Check, Command, Redis } from "../client.ts";
import { changing } from "./commands.ts";
import { type Kept, load } from "./requests.ts";

/**
 * Changes requests that are still so when it is done.
 * @param changed what of it is to be otherwise; null: it stays as it is
 * @param holder of the lease under which alone it may be done: where that is lost, nothing is
 * @returns those that were changed
 */
export async function change(
	redis: Redis,
	ids: readonly string[],
	changed: (kept: Kept) => Partial<Kept> | null,
	holder?: Check,
): Promise<DeliveryId[]> {
	for (;;) {
		const checks: Check[] = holder ? [holder] : [];
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
		const failed = await redis.commit(checks, commands);
		if (failed === null) return done;
		if (failed.key === holder?.key) return [];
	}
}
