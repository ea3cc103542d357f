import { faultFields, Transient } from "../../errors.ts";
import type { Delivery, DeliveryId, Settled } from "../../job.ts";
import type { Log } from "../../log.ts";

/** Decides and writes, and says how each ended. @throws Transient where a dependency fails all of them */
export type Settle = (batch: Delivery[]) => Promise<Map<DeliveryId, Settled>>;

/** Settles a batch; where that throws, each by itself, so that a poisonous one is found. */
export function createSettleEach(settle: Settle, log: Log): Settle {
	return async function settleEach(deliveries) {
		try {
			return await settle(deliveries);
		} catch (error) {
			if (error instanceof Transient) {
				return new Map(
					deliveries.map(({ id }) => [id, { kind: "fault", error }]),
				);
			}
			const [only, ...more] = deliveries;
			if (only && more.length === 0)
				return new Map([[only.id, poison(only, error)]]);
		}
		const settled = new Map<DeliveryId, Settled>();
		for (const delivery of deliveries) {
			const [how] = (await settleEach([delivery])).values();
			if (how) settled.set(delivery.id, how);
		}
		return settled;
	};

	function poison(delivery: Delivery, error: unknown): Settled {
		log.error(
			{ delivery_id: delivery.id, ...faultFields(error) },
			"delivery could not be settled",
		);
		return { kind: "bury", reason: `could not be settled: ${String(error)}` };
	}
}
