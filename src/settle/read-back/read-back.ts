import type { Delivery, DeliveryId, Settled } from "../../job.ts";
import { errandsOf } from "./errands.ts";
import { followUp, MOOT } from "./follow-up.ts";

type Needs = Parameters<typeof errandsOf>[0] & Parameters<typeof followUp>[0];

/**
 * Reads back what was attached: a close is good only when Airtable has fetched the file, which it does later, and
 * drops without a word what it cannot fetch. Ends each errand in `settled`.
 * @throws Transient where a read or the store fails
 */
export async function readBack(
	needs: Needs,
	batch: readonly Delivery[],
	settled: Map<DeliveryId, Settled>,
): Promise<void> {
	const errands = await errandsOf(needs, batch);
	for (const errand of errands)
		settled.set(errand.id, await followUp(needs, errand));
	for (const { id } of batch) if (!settled.has(id)) settled.set(id, MOOT);
}
