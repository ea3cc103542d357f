import { onTestFinished } from "vitest";
import { Transient } from "../../src/errors.ts";
import { createDrain } from "../../src/inbox/drain.ts";
import type { Inbox } from "../../src/inbox/inbox.ts";
import type { Delivery, DeliveryId, Settled } from "../../src/job.ts";
import { createLog } from "../../src/log.ts";
import { createDeliveryIds } from "../../src/receive/ids.ts";
import type { LogLine } from "../../src/sandbox/program.ts";
import { createClock, temporaryFolder } from "../set-up.ts";
import { idsOf } from "./entries.ts";
import { openStore } from "./store.ts";

/** How one delivery is to be settled; null: it is left out. */
type Script = (delivery: Delivery) => Settled | null;

export const done: Settled = { kind: "done", verdict: "completed" };

export const outage = () =>
	new Transient("Airtable GET /Jobs: 503", { code: "SERVER", status: 503 });

/** A drain on a real store, whose settling is scripted; `script` changes how. */
export async function setUpDrain(first: Script = () => done) {
	const clock = createClock();
	const store = openStore(temporaryFolder());
	onTestFinished(store.close);
	const inbox: Inbox = { ...store.inbox };
	const lines: LogLine[] = [];
	const log = await createLog({
		level: "debug",
		write: (line) => lines.push(JSON.parse(line)),
	});
	let how = first;
	let reached: () => void = () => {};
	/** The ids of each batch that was to be settled. */
	const batches: string[][] = [];

	async function settle(batch: Delivery[]) {
		batches.push(idsOf(batch));
		reached();
		const settled = new Map<DeliveryId, Settled>();
		for (const delivery of batch) {
			const ending = how(delivery);
			if (ending) settled.set(delivery.id, ending);
		}
		return settled;
	}

	const drain = createDrain({
		inbox: {
			claim: (...args) => inbox.claim(...args),
			end: (...args) => inbox.end(...args),
			nextDue: () => inbox.nextDue(),
		},
		settle,
		newId: createDeliveryIds(clock.now, () => 0),
		log,
		now: clock.now,
		random: () => 0,
	});

	return {
		clock,
		inbox,
		drain,
		batches,
		script(next: Script) {
			how = next;
		},
		/** Resolves when the next batch is to be settled. */
		nextBatch: () =>
			new Promise<void>((resolve) => {
				reached = resolve;
			}),
		said: (msg: string) => lines.filter((line) => line.msg === msg),
		stateOf: async (id: string) => (await inbox.get(id))?.state,
	};
}
