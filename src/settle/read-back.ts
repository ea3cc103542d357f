import type { Job } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import type { Target } from "../airtable/target-record.ts";
import type { Write } from "../airtable/write.ts";
import type {
	Delivery,
	DeliveryId,
	NcaJobId,
	ReadBack,
	Reading,
	RunKey,
	Settled,
} from "../job.ts";
import type { Log } from "../log.ts";
import { asOperation, type Operation, operationByName } from "../operations.ts";
import {
	type Case,
	operationOf,
	type ProvenFile,
	runOf,
	type SettledOutcome,
	settledOf,
	targetOf,
} from "./case.ts";
import { type WrittenRecord, written } from "./closed.ts";
import type { Rules } from "./judgement.ts";
import type { JobEvent, Memory } from "./memory.ts";
import { attachmentsOf } from "./plan.ts";
import { readTargets, targetIn } from "./targets.ts";

/** Airtable fetches what was attached some seconds later; what is due is read together. ms */
const READ_BACK_MS = 15_000;
/** So often is a file attached again that Airtable dropped. */
const MOST_ATTACHED_AGAIN = 3;
export const DROPPED = "Airtable did not keep the file";

type Needs = {
	records: Pick<Records, "bearers" | "targets">;
	write: Write;
	memory: Pick<Memory, "recall" | "newestFor" | "attachment" | "attachedAgain">;
	read: (delivery: Delivery) => Reading;
	rules: Rules;
	/** How long Airtable may take to fetch a file, ms. */
	maxAgeMs: number;
	log: Log;
	now: () => number;
};

/** When what was attached now is first read back: on a grid, so that one call reads many. @param at ms since the epoch */
export function readBackTime(at: number): number {
	return Math.ceil(at / READ_BACK_MS + 0.7) * READ_BACK_MS;
}

/** The errand of a job that was found closed, and whose files have not been read back. */
export function readBackOf(one: Case, now: number): { readBack?: ReadBack } {
	const { job, history } = one;
	const ncaJobId = runOf(one);
	const settled = settledOf(history, ncaJobId);
	// A ledger that was lost may have neither.
	const operation = history.operation ?? operationOf(one);
	const targetId = history.targetId ?? (operation && targetOf(one, operation));
	return settled?.outcome === "completed" &&
		settled.attachment === "pending" &&
		operation &&
		targetId
		? {
				readBack: {
					jobId: job.id,
					ncaJobId,
					operation,
					targetId,
					dueAt: readBackTime(now),
				},
			}
		: {};
}

type Errand = {
	id: DeliveryId;
	job: Job;
	run: RunKey;
	settled: SettledOutcome;
	operation: Operation;
	target: Target;
};

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
	// The job is done anew, its target is another's, or there is none.
	for (const { id } of batch) if (!settled.has(id)) settled.set(id, MOOT);
}

const MOOT: Settled = { kind: "done", verdict: "moot" };

async function errandsOf(
	{ records, memory, read, rules }: Needs,
	batch: readonly Delivery[],
): Promise<Errand[]> {
	const named = batch.map((delivery) => ({
		id: delivery.id,
		...namedIn(read(delivery)),
	}));
	const jobIds = named.flatMap(({ jobId }) => jobId ?? []);
	const jobs = await records.bearers(jobIds, []);
	const histories = await memory.recall(jobIds);
	const targets = await readTargets(records, named);

	const errands: Errand[] = [];
	for (const { id, jobId, ncaJobId, operation, targetId } of named) {
		const job = jobs.find((one) => one.id === jobId);
		const target = targetIn(targets, { operation, targetId });
		const history = jobId && histories.get(jobId);
		if (!job || !target || !operation || !history) continue;
		const settled = settledOf(history, ncaJobId);
		const isClosed = job.status === rules.completedStatus;
		if (
			!isClosed ||
			!isStillOf(job, ncaJobId) ||
			settled?.outcome !== "completed"
		)
			continue;
		if ((await memory.newestFor(target.id, operation)) !== job.id) continue;
		const run = { jobId: job.id, ncaJobId };
		errands.push({
			id,
			job,
			run,
			settled,
			operation: operationByName(operation),
			target,
		});
	}
	return errands;
}

/** As its record keeps it; where that is lost, or was refused, by the id that it bears. */
function isStillOf(job: Job, ncaJobId: NcaJobId | null): boolean {
	if (job.closed) return job.closed.ncaJobId === ncaJobId;
	return job.ncaJobId === null || job.ncaJobId === ncaJobId;
}

/** Where it was attached then: its record may name another target since. */
function namedIn({ jobId, ncaJobId, operation, targets }: Reading) {
	const targetId = targets.target_id;
	return { jobId, ncaJobId, operation: asOperation(operation), targetId };
}

async function followUp(needs: Needs, errand: Errand): Promise<Settled> {
	const { now } = needs;
	const { run, settled, operation, target } = errand;
	const event = (what: string, facts = {}): JobEvent => ({
		...run,
		at: now(),
		what,
		facts: { field: operation.attachment, target_id: target.id, ...facts },
	});
	switch (stateOf(target, operation.attachment, settled.files)) {
		case "kept":
			return keep(needs, errand, event("kept"), "kept");
		case "replaced":
			return keep(needs, errand, event("replaced"), "moot");
		case "not fetched":
			return again("Airtable has not fetched the file yet", needs.maxAgeMs);
		case "dropped":
			return settled.attachedAgain < MOST_ATTACHED_AGAIN
				? attachAgain(needs, errand, event)
				: giveUp(needs, errand, event("not kept"));
	}
}

function again(why: string, patienceMs: number): Settled {
	const park = "not fetched";
	return { kind: "wait", why, park, patienceMs, leastMs: READ_BACK_MS };
}

/** What became of the files in the field that they were attached to. */
function stateOf(
	target: Target,
	field: string,
	files: readonly ProvenFile[],
): "kept" | "replaced" | "not fetched" | "dropped" {
	const held = target.attachments(field);
	const names = new Set(files.map(({ name }) => name));
	if (held.some(({ filename }) => !names.has(filename))) return "replaced";
	if (held.length < files.length) return "dropped";
	return held.every(({ size }) => size != null) ? "kept" : "not fetched";
}

async function keep(
	needs: Needs,
	{ job, run }: Errand,
	event: JobEvent,
	verdict: "kept" | "moot",
): Promise<Settled> {
	// It was given up before, and a person had it tried again.
	const details = job.errorDetails.startsWith(DROPPED)
		? await writeDetails(needs, job, null)
		: { wrote: [] };
	if ("fault" in details) return details.fault;
	const facts = { ...event.facts, ...details };
	await needs.memory.attachment(run, "kept", { ...event, facts });
	return { kind: "done", verdict };
}

async function attachAgain(
	{ write, memory, log }: Needs,
	{ job, run, operation, settled, target }: Errand,
	event: (what: string, facts: Record<string, unknown>) => JobEvent,
): Promise<Settled> {
	const { table, attachment } = operation;
	const fields = { [attachment]: attachmentsOf(settled.files) };
	const updates = [{ id: target.id, fields }];
	const how = (await write(table, updates, () => true)).get(target.id);
	if (how?.kind === "fault") return how;
	if (how?.kind === "refused")
		return again(
			`Airtable refused ${table}.${how.field}: ${how.why}`,
			Number.POSITIVE_INFINITY,
		);
	if (how?.kind !== "written") return MOOT;

	const times = settled.attachedAgain + 1;
	const files = settled.files.map(({ name }) => name);
	await memory.attachedAgain(run, event("attached again", { files, times }));
	log.warn(
		{
			job_id: job.id,
			target_id: target.id,
			field: attachment,
			files,
			times,
		},
		"airtable dropped a file, attached again",
	);
	return again(
		`Airtable dropped the file; attached again, ${times} of ${MOST_ATTACHED_AGAIN}`,
		Number.POSITIVE_INFINITY,
	);
}

/** A person must see that what Airtable calls completed has no file. */
async function giveUp(
	needs: Needs,
	{ id, job, run, operation, target, settled }: Errand,
	event: JobEvent,
): Promise<Settled> {
	const urls = settled.files.map(({ url }) => url).join(", ");
	const details = await writeDetails(needs, job, `${DROPPED}: ${urls}`);
	if ("fault" in details) return details.fault;
	const facts = { ...event.facts, ...details };
	await needs.memory.attachment(run, "dropped", { ...event, facts });
	needs.log.error(
		{
			job_id: job.id,
			delivery_id: id,
			target_id: target.id,
			field: operation.attachment,
			times: settled.attachedAgain,
		},
		"airtable did not keep a file",
	);
	return { kind: "bury", reason: DROPPED };
}

/** @returns what was written, for the timeline; or the fault that kept it from being written */
async function writeDetails(
	{ write }: Needs,
	job: Job,
	text: string | null,
): Promise<{ wrote: WrittenRecord[] } | { fault: Settled }> {
	const fields = { "Error Details": text };
	const results = await write("Jobs", [{ id: job.id, fields }], () => false);
	const how = results.get(job.id);
	return how?.kind === "fault"
		? { fault: how }
		: { wrote: [written("Jobs", job, fields)] };
}
