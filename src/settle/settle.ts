import type { Records } from "../airtable/records.ts";
import type { Write } from "../airtable/write.ts";
import { Transient } from "../errors.ts";
import type { Delivery, DeliveryId, Reading, Settled } from "../job.ts";
import type { Log } from "../log.ts";
import type { HeadObject } from "../probe/spaces.ts";
import { type Case, isProved, runOf } from "./case.ts";
import { findCases } from "./cases.ts";
import { closeJobs } from "./close.ts";
import { decide } from "./decide.ts";
import type { Decided } from "./decided.ts";
import type { Rules } from "./judgement.ts";
import { sayDisagreement, sayUnchanged } from "./lines.ts";
import type { Memory } from "./memory.ts";
import { readBack } from "./read-back/read-back.ts";
import { reopen } from "./reopen.ts";
import { readEarly } from "./targets.ts";

type Needs = {
	records: Pick<Records, "jobs" | "bearers" | "targets">;
	write: Write;
	/** HEADs of one batch. */
	heads: () => HeadObject;
	memory: Memory;
	read: (delivery: Delivery) => Reading;
	rules: Rules;
	/** How long a webhook waits for its record; a job older than this when first seen is an old one. ms */
	maxAgeMs: number;
	/** A webhook that comes later after its job was made is late, ms. */
	patienceMs: number;
	log: Log;
	now: () => number;
};

type Settle = (batch: Delivery[]) => Promise<Map<DeliveryId, Settled>>;

/**
 * Settles a batch of deliveries in as few calls as there can be: finds their records, judges each, asks for its
 * files, reads the targets, and writes what differs. Idempotent: what is written is not written again.
 * What a dependency keeps from being settled ends as a fault.
 */
export function createSettle(needs: Needs): Settle {
	return async (batch) => {
		const settled = new Map<DeliveryId, Settled>();
		for (const [task, run] of TASKS) {
			const some = batch.filter((delivery) => delivery.task === task);
			if (some.length === 0) continue;
			try {
				await run(needs, some, settled);
			} catch (error) {
				if (!(error instanceof Transient)) throw error;
				// What was written of this batch is written all the same.
				for (const { id } of some)
					if (!settled.has(id)) settled.set(id, { kind: "fault", error });
			}
		}
		return settled;
	};
}

type Work = (
	needs: Needs,
	batch: readonly Delivery[],
	settled: Map<DeliveryId, Settled>,
) => Promise<void>;

const TASKS: readonly [Delivery["task"], Work][] = [
	["outcome", settleOutcomes],
	["reopen", reopen],
	["read_back", readBack],
];

async function settleOutcomes(
	needs: Needs,
	batch: readonly Delivery[],
	settled: Map<DeliveryId, Settled>,
): Promise<void> {
	const early = await readEarly(needs, batch);
	const cases = await findCases(needs, batch, settled);
	const { patienceMs } = needs;
	await needs.memory.arrived(
		cases.filter(isOfOurRun).map((one) => ({ ...asArrival(one), patienceMs })),
	);

	const head = needs.heads();
	for (const one of cases) sayDisagreement(needs.log, one);
	const decisions = await Promise.all(
		cases.map((one) => decide({ ...needs, head }, one)),
	);
	const decided: Decided[] = [];
	for (const [nth, one] of cases.entries()) {
		const decision = decisions[nth];
		if (!decision) continue;
		if ("outcome" in decision) decided.push(decision);
		else settled.set(one.delivery.id, decision);
	}

	await closeJobs({ ...needs, early }, decided, settled);
	for (const one of cases) sayUnchanged(needs.log, one, settled);
}

/** NCA's own word of a run that is its record's, so that its figures can be believed. */
function isOfOurRun(one: Case): boolean {
	const { via, proof } = one.delivery;
	const ofNca = (via === "webhook" && proof !== "own") || via === "nca_status";
	return (
		ofNca &&
		one.job.owner === "ours" &&
		(isProved(one) ||
			(one.job.ncaJobId !== null && one.reading.ncaJobId === one.job.ncaJobId))
	);
}

function asArrival(one: Case) {
	const { delivery, reading, job } = one;
	const { endpoint, workSeconds } = reading;
	return {
		jobId: job.id,
		ncaJobId: runOf(one),
		via: delivery.via,
		at: delivery.receivedAt,
		endpoint,
		workSeconds,
	};
}
