import type { Fields } from "../airtable/gateway.ts";
import type { Job } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import type { Target } from "../airtable/target-record.ts";
import type { Write } from "../airtable/write.ts";
import type { Delivery, DeliveryId, Reading, RunKey, Settled } from "../job.ts";
import type { Log } from "../log.ts";
import { operationByName } from "../operations.ts";
import type { JobHistory } from "./case.ts";
import type { WrittenRecord } from "./closed.ts";
import { flush } from "./flush.ts";
import type { Rules } from "./judgement.ts";
import type { JobEvent, Memory } from "./memory.ts";
import { withNote } from "./plan.ts";

/** Airtable's own links to what it holds expire: https://airtable.com/developers/web/api/field-model */
const LINKS_LAST_MS = 2 * 3_600_000;

type Needs = {
	records: Pick<Records, "jobs" | "targets">;
	write: Write;
	memory: Pick<Memory, "recall" | "timeline" | "reopened">;
	read: (delivery: Delivery) => Reading;
	rules: Rules;
	log: Log;
	now: () => number;
};

/**
 * Undoes our close of a run: puts back what the job and its target held before, as far as nobody has changed it
 * since, and waits for the run anew. Rare, and told by a person: one at a time.
 * @throws Transient where a read or the store fails
 */
export async function reopen(
	needs: Needs,
	batch: readonly Delivery[],
	settled: Map<DeliveryId, Settled>,
): Promise<void> {
	for (const delivery of batch) {
		settled.set(delivery.id, await reopenOne(needs, delivery));
	}
}

async function reopenOne(needs: Needs, delivery: Delivery): Promise<Settled> {
	const { records, write, memory, read, rules, log, now } = needs;
	const { jobId, ncaJobId, verdict } = read(delivery);
	const [job] = jobId ? await records.jobs([jobId]) : [];
	const history = job && (await memory.recall([job.id])).get(job.id);
	if (!job || !history) return { kind: "park", reason: "no record" };
	const run: RunKey = { jobId: job.id, ncaJobId };
	if (!isOurClose(job, history, run, rules))
		return { kind: "done", verdict: "conflicting" };

	const events = await memory.timeline(job.id);
	const wrote = writtenSince(events, run);
	const target = await targetOf(records, history);
	const reason = verdict.kind === "failed" ? verdict.reason : "";
	const plan = {
		target: target ? restored(target, wrote.get(target.id), now()) : {},
		job: {
			...restored(job, wrote.get(job.id), now()),
			Status: statusBefore(wrote.get(job.id), rules),
			Notes: withNote(job, `reopened by hand: ${reason}`, now()),
		},
	};
	const { operation } = history;
	const flushed = await flush(write, [
		{ closing: { job, operation, target }, plan },
	]);
	const how = flushed.get(job.id);
	if (how?.kind === "fault") return how;
	if (how?.kind !== "written")
		return { kind: "bury", reason: "Airtable refused it" };

	const facts = { delivery_id: delivery.id, reason, wrote: plan };
	await memory.reopened(run, { ...run, at: now(), what: "reopened", facts });
	log.info(
		{ job_id: job.id, delivery_id: delivery.id, nca_job_id: ncaJobId, reason },
		"job reopened",
	);
	return { kind: "done", verdict: "reopened" };
}

function isOurClose(
	{ status }: Job,
	{ runs }: JobHistory,
	run: RunKey,
	{ completedStatus, failedStatus }: Rules,
): boolean {
	const settled = runs.find(
		({ ncaJobId }) => ncaJobId === run.ncaJobId,
	)?.settled;
	if (!settled) return false;
	return settled.outcome === "completed"
		? status === completedStatus
		: status === failedStatus;
}

async function targetOf(
	records: Needs["records"],
	{ operation, targetId }: JobHistory,
): Promise<Target | null> {
	if (!operation || !targetId) return null;
	const { table } = operationByName(operation);
	const [target] = await records.targets(table, [targetId]);
	return target ?? null;
}

type Change = { old: unknown; new: unknown; at: number };
type Changes = Map<string, Change>;

/** What our closes of the run wrote, by record and field, since it was last reopened: the first value before, the last after. */
function writtenSince(
	events: readonly JobEvent[],
	run: RunKey,
): Map<string, Changes> {
	const ours = events.filter(({ ncaJobId }) => ncaJobId === run.ncaJobId);
	const since = ours.findLastIndex(({ what }) => what === "reopened") + 1;
	const wrote = new Map<string, Changes>();
	for (const { what, at, facts } of ours.slice(since)) {
		if (what !== "settled" || !Array.isArray(facts.wrote)) continue;
		for (const { id, fields } of facts.wrote as WrittenRecord[]) {
			const changes = wrote.get(id) ?? new Map();
			wrote.set(id, changes);
			for (const [field, change] of Object.entries(fields)) {
				const first = changes.get(field) ?? { old: change.old, at };
				changes.set(field, { ...first, new: change.new });
			}
		}
	}
	return wrote;
}

/** What a record is to hold again, where it still holds what we wrote. */
function restored(
	{ fields }: { fields: Fields },
	changes: Changes = new Map(),
	now: number,
): Fields {
	const back: Fields = {};
	for (const [field, change] of changes) {
		if (!isSame(fields[field], change.new)) continue;
		if (!Array.isArray(change.old)) back[field] = change.old;
		else if (now - change.at < LINKS_LAST_MS)
			back[field] = change.old.map(({ url, filename }) => ({ url, filename }));
	}
	return back;
}

/** Attachments are the same by their names: Airtable gives them ids and links of its own. */
function isSame(held: unknown, wrote: unknown): boolean {
	if (!Array.isArray(held) || !Array.isArray(wrote))
		return (held ?? "") === (wrote ?? "");
	const names = (files: readonly { filename?: unknown }[]) =>
		JSON.stringify(files.map(({ filename }) => filename));
	return names(held) === names(wrote);
}

function statusBefore(
	changes: Changes | undefined,
	{ pollingStatuses }: Rules,
): unknown {
	return changes?.get("Status")?.old ?? pollingStatuses[0];
}
