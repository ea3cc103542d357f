import { faultFields } from "../errors.ts";
import type { DeliveryId } from "../job.ts";
import type { Log } from "../log.ts";
import { createCalls } from "./drain/calls.ts";
import { createRest } from "./drain/rest.ts";
import { createSettleEach, type Settle } from "./drain/settle-each.ts";
import { createUnsaved } from "./drain/unsaved.ts";
import { createAsEnding } from "./ending.ts";
import type { Claim, Inbox } from "./inbox.ts";

/** As many as one Airtable read finds, so that a full batch costs the fewest calls. */
const BATCH = 100;

/** Takes deliveries out of the inbox, and ends them. */
export type Drain = {
	/** Settles all that is due, batch by batch, unless it rests after a fault. Returns how many ended. */
	once(): Promise<number>;
	/** Goes on until stopped. */
	start(): void;
	/** There is one more to settle. */
	wake(): void;
	/** Ends the batch in hand and stops. */
	stop(): Promise<void>;
};

type Needs = {
	inbox: Pick<Inbox, "claim" | "end" | "nextDue">;
	settle: Settle;
	newId: () => DeliveryId;
	log: Log;
	now: () => number;
	random: () => number;
};

/**
 * Takes deliveries out of the inbox, the only place that does, and ends each in exactly one way.
 * A fault of a dependency rests the whole drain, since the next delivery would meet it too, and ends nothing.
 */
export function createDrain(needs: Needs): Drain {
	const { inbox, log, now } = needs;
	const asEnding = createAsEnding(needs);
	const settleEach = createSettleEach(needs.settle, log);
	const unsaved = createUnsaved(inbox, log);
	const rest = createRest(needs);
	const calls = createCalls({ batch: BATCH, rest, now });
	let stopping = false;
	let running: Promise<void> = Promise.resolve();

	async function batch(): Promise<{ claimed: number; ended: number }> {
		// First: a call that outlived a store that takes nothing would be answered for ever, and nothing else.
		calls.forget();
		await unsaved.save();
		// After a fault one goes first: where it passes, the others follow.
		const claimed = await inbox.claim(rest.isOwed() ? 1 : BATCH, now());
		if (claimed.length === 0) return { claimed: 0, ended: 0 };

		const settled = await settleEach(claimed);

		const isUnmatched = (claim: Claim) =>
			settled.get(claim.id)?.kind === "unmatched";
		calls.gather(claimed.every(isUnmatched));
		const fault = [...settled.values()].find((how) => how.kind === "fault");
		if (fault) rest.begin(fault.error);
		else rest.end();
		for (const claim of claimed)
			unsaved.add(claim, asEnding(claim, settled.get(claim.id), rest.until()));
		const ended = unsaved.count();
		await unsaved.save();
		return { claimed: claimed.length, ended };
	}

	async function once(): Promise<number> {
		let total = 0;
		while (!stopping && !rest.isOn()) {
			const { claimed, ended } = await batch();
			total += ended;
			if (claimed === 0) break;
		}
		return total;
	}

	async function loop(): Promise<void> {
		while (!stopping) {
			try {
				await once();
				await calls.sleep(await inbox.nextDue());
			} catch (error) {
				log.error(faultFields(error), "drain failed");
				await calls.sleep(null);
			}
		}
	}

	return {
		once,
		start() {
			running = loop();
		},
		wake: calls.wake,
		async stop() {
			stopping = true;
			calls.stop();
			await running;
		},
	};
}
