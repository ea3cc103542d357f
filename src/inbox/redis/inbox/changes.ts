import type { DeliveryId } from "../../../job.ts";
import type { Check, Redis } from "../client.ts";
import { type Kept, load } from "./requests.ts";

/** Requests that are changed with endings, by their ids. */
export type Changes = Map<
	DeliveryId,
	{ check: Check; before: Kept; after: Kept }
>;

/** Those of some that are claimed, not changed yet. */
export async function claimedOf(
	redis: Redis,
	ids: readonly DeliveryId[],
): Promise<Changes> {
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
