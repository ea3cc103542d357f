import { faultFields, Transient } from "../errors.ts";
import type { Delivery, DeliveryId, Settled } from "../job.ts";
import type { Log } from "../log.ts";
import { LONGEST_DELAY_MS, pauseDelay } from "./backoff.ts";
import { createAsEnding } from "./ending.ts";
import type { Claim, Ending, Inbox } from "./inbox.ts";

/** As many as one Airtable read finds, so that a full batch costs the fewest calls. */
const BATCH = 100;
/** Fewer than that wait so long for company, ms. */
const COMPANY_MS = 250;
/** After a batch without a single record, what comes next waits so long for company, ms: strangers' junk costs a call each time. */
const GATHER_MS = 2_000;
/** Longest sleep, ms: what nobody rang for is found at the latest then. */
const LONGEST_SLEEP = 30_000;

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
	/** Decides and writes, and says how each ended. @throws Transient where a dependency fails all of them */
	settle: (batch: Delivery[]) => Promise<Map<DeliveryId, Settled>>;
	newId: () => DeliveryId;
	log: Log;
	now: () => number;
	random: () => number;
};

/**
 * Takes deliveries out of the inbox, the only place that does, and ends each in exactly one way.
 * A fault of a dependency rests the whole drain, since the next delivery would meet it too, and ends nothing.
 */
export function createDrain({
	inbox,
	settle,
	newId,
	log,
	now,
	random,
}: Needs): Drain {
	const asEnding = createAsEnding({ newId, now, random });
	let faults = 0;
	let restUntil = 0;
	let stopping = false;
	/** How many came since the last were claimed; and whether they are to wait no longer. */
	let came = 0;
	let called = false;
	let ring: () => void = () => {};
	let gatherUntil = 0;
	let later: NodeJS.Timeout | undefined;
	let running: Promise<void> = Promise.resolve();
	/** Endings that the store did not take; claims must never be left without one. */
	let unsaved = new Map<DeliveryId, Ending>();

	async function batch(): Promise<{ claimed: number; ended: number }> {
		// First: a call that outlived a store that takes nothing would be answered for ever, and nothing else.
		forgetCalls();
		await save();
		// After a fault one goes first: where it passes, the others follow.
		const claimed = await inbox.claim(faults > 0 ? 1 : BATCH, now());
		if (claimed.length === 0) return { claimed: 0, ended: 0 };

		const settled = await settleAll(claimed);

		const isUnmatched = (claim: Claim) =>
			settled.get(claim.id)?.kind === "unmatched";
		gatherUntil = claimed.every(isUnmatched) ? now() + GATHER_MS : 0;
		const fault = [...settled.values()].find((how) => how.kind === "fault");
		if (fault) rest(fault.error);
		else recovered();
		for (const claim of claimed) {
			const ending = asEnding(claim, settled.get(claim.id), restUntil);
			unsaved.set(claim.id, ending);
			sayShelved(claim, ending);
		}
		const ended = [...unsaved.values()].filter(({ kind }) => kind !== "retry");
		await save();
		return { claimed: claimed.length, ended: ended.length };
	}

	function sayShelved(claim: Claim, ending: Ending): void {
		if (ending.kind !== "park" && ending.kind !== "bury") return;
		const { id: delivery_id, jobId: job_id } = claim;
		const line = { job_id, delivery_id, reason: ending.reason };
		if (ending.kind === "park") log.warn(line, "delivery parked");
		else log.error(line, "delivery buried");
	}

	async function save(): Promise<void> {
		if (unsaved.size === 0) return;
		const unclaimed = await inbox.end(unsaved);
		unsaved = new Map();
		if (unclaimed.length > 0) {
			log.error(
				{ delivery_ids: unclaimed },
				"drain ended what was not claimed",
			);
		}
	}

	/** Settles a batch; where that throws, each by itself, so that a poisonous one is found. */
	async function settleAll(
		deliveries: Delivery[],
	): Promise<Map<DeliveryId, Settled>> {
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
			const [how] = (await settleAll([delivery])).values();
			if (how) settled.set(delivery.id, how);
		}
		return settled;
	}

	function poison(delivery: Delivery, error: unknown): Settled {
		log.error(
			{ delivery_id: delivery.id, ...faultFields(error) },
			"delivery could not be settled",
		);
		return { kind: "bury", reason: `could not be settled: ${String(error)}` };
	}

	function rest(error: Transient): void {
		faults += 1;
		restUntil = now() + pauseDelay(faults, random());
		const until = new Date(restUntil).toISOString();
		const fields = { ...faultFields(error), until };
		if (faults === 1) log.error(fields, "drain paused");
		else log.warn(fields, "drain still paused");
	}

	function recovered(): void {
		if (faults > 0) log.info({ faults }, "drain resumed");
		faults = 0;
	}

	/** Not before, nor where the clock was set back so far that it would be longer than any rest. */
	function isResting(): boolean {
		return now() < restUntil && restUntil - now() <= LONGEST_DELAY_MS;
	}

	async function once(): Promise<number> {
		let total = 0;
		while (!stopping && !isResting()) {
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
				await sleep(await inbox.nextDue());
			} catch (error) {
				log.error(faultFields(error), "drain failed");
				await sleep(null);
			}
		}
	}

	/** Until the next is due and the rest is over, or somebody wakes us. */
	function sleep(nextDue: number | null): Promise<void> {
		const due = Math.max(nextDue ?? Number.POSITIVE_INFINITY, restUntil);
		const left = due - now();
		const ms = Math.max(left, left > 0 ? gathering() : company());
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, Math.min(ms, LONGEST_SLEEP));
			ring = () => {
				clearTimeout(timer);
				resolve();
			};
			// To one that rests a call is answered when the rest is over, or it would go round until then, and nothing else.
			if ((called && !isResting()) || stopping) ring();
		});
	}

	/** How long what comes is still gathered, ms. */
	function gathering(): number {
		const left = gatherUntil - now();
		return left > GATHER_MS ? 0 : Math.max(left, 0);
	}

	/** How long who comes now waits for company, ms. */
	function company(): number {
		return Math.max(COMPANY_MS, gathering());
	}

	function wake(): void {
		if (isResting()) return;
		came += 1;
		if (came >= BATCH) call();
		else later ??= setTimeout(call, company());
	}

	function call(): void {
		forgetCalls();
		called = true;
		ring();
	}

	function forgetCalls(): void {
		clearTimeout(later);
		later = undefined;
		came = 0;
		called = false;
	}

	return {
		once,
		start() {
			running = loop();
		},
		wake,
		async stop() {
			stopping = true;
			forgetCalls();
			ring();
			await running;
		},
	};
}
