import type { DeliveryId } from "../../job.ts";
import type { Log } from "../../log.ts";
import type { Claim, Ending, Inbox } from "../inbox.ts";

/** Endings that the store did not take yet; claims must never be left without one. */
export type Unsaved = {
	/** A claim is to end so. */
	add(claim: Claim, ending: Ending): void;
	/** How many end for good. */
	count(): number;
	/** @throws where the store takes nothing: they are kept for the next time */
	save(): Promise<void>;
};

/** Keeps endings until they are saved. */
export function createUnsaved(inbox: Pick<Inbox, "end">, log: Log): Unsaved {
	let unsaved = new Map<DeliveryId, Ending>();

	function sayShelved(claim: Claim, ending: Ending): void {
		if (ending.kind !== "park" && ending.kind !== "bury") return;
		const { id: delivery_id, jobId: job_id } = claim;
		const line = { job_id, delivery_id, reason: ending.reason };
		if (ending.kind === "park") log.warn(line, "delivery parked");
		else log.error(line, "delivery buried");
	}

	return {
		add(claim, ending) {
			unsaved.set(claim.id, ending);
			sayShelved(claim, ending);
		},
		count: () =>
			[...unsaved.values()].filter(({ kind }) => kind !== "retry").length,
		async save() {
			if (unsaved.size === 0) return;
			const unclaimed = await inbox.end(unsaved);
			unsaved = new Map();
			if (unclaimed.length > 0) {
				log.error(
					{ delivery_ids: unclaimed },
					"drain ended what was not claimed",
				);
			}
		},
	};
}
