import { asSeen } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import type { Write } from "../airtable/write.ts";
import type { DeliveryId, Settled } from "../job.ts";
import type { Log } from "../log.ts";
import { withoutClaims } from "./claims.ts";
import { asEvent, asRun, sayClosed } from "./closed.ts";
import { type Decided, standingFirst } from "./decided.ts";
import { ended } from "./ended.ts";
import { flush } from "./flush.ts";
import type { Rules } from "./judgement.ts";
import type { Memory } from "./memory.ts";
import { planJobs } from "./plan-jobs.ts";
import { type Early, namedBy, readTargets } from "./targets.ts";

type Needs = {
	records: Pick<Records, "jobs" | "targets">;
	early: Early;
	write: Write;
	memory: Pick<Memory, "saw" | "newestFor" | "settled">;
	rules: Rules;
	/** A job older than this when first seen is an old one, ms. */
	maxAgeMs: number;
	log: Log;
	now: () => number;
};

/**
 * Closes the jobs of what was decided, and ends each delivery in `settled`.
 * @throws Transient where a read or the store fails
 */
export async function closeJobs(
	needs: Needs,
	decided: readonly Decided[],
	settled: Map<DeliveryId, Settled>,
): Promise<void> {
	const targets = await readTargets(
		needs.records,
		decided.map(({ one }) => namedBy(one)),
		needs.early,
	);
	const open = await withoutClaims(needs, decided, targets, settled);
	const believed = open.filter(({ outcome }) => outcome.kind !== "compare");
	await remember(needs, believed);
	const inOrder = standingFirst(open);
	const planned = await planJobs(needs, inOrder, targets, settled);
	const flushed = await flush(needs.write, planned);

	const closed = planned.filter(
		({ closing }) => flushed.get(closing.job.id)?.kind === "written",
	);
	const at = needs.now();
	await needs.memory.settled(
		closed.map((one) => asRun(one, at)),
		closed.map((one) => asEvent(one, at)),
	);
	for (const one of closed) sayClosed(needs.log, one);
	for (const { by, closing, plan, confirming } of planned) {
		const how = ended(flushed.get(closing.job.id), closing, plan, at);
		settled.set(by, how);
		const same: Settled =
			how.kind === "done" ? { kind: "done", verdict: "confirming" } : how;
		for (const id of confirming) settled.set(id, same);
	}
}

/** What is decided is believed: from here on its operation and target count for what is newest. */
async function remember(
	{ memory, now }: Needs,
	decided: readonly Decided[],
): Promise<void> {
	const seen = decided.map(({ one }) => ({
		...asSeen(one.job),
		...namedBy(one),
	}));
	await memory.saw(seen, now());
}
