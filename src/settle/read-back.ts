import type { Records } from "../airtable/records.ts";
import type { Target } from "../airtable/target-record.ts";
import type { Write } from "../airtable/write.ts";
import type { Delivery, DeliveryId, Reading, RunKey, Settled } from "../job.ts";
import type { Log } from "../log.ts";
import {
	type OperationName,
	operationByName,
	type TargetTable,
} from "../operations.ts";
import {
	type Case,
	type JobHistory,
	type ProvenFile,
	runOf,
	type SettledOutcome,
} from "./case.ts";
import type { JobEvent, Memory } from "./memory.ts";
import { attachmentsOf } from "./plan.ts";

/** Airtable fetches what was attached some seconds later; what is due is read together. ms */
const READ_BACK_MS = 15_000;
/** So often is a file attached again that Airtable dropped. */
const MOST_ATTACHED_AGAIN = 3;
/** The event of having given that up. */
const NOT_KEPT = "not kept";
const DROPPED = "Airtable did not keep the file";

type Needs = {
	records: Pick<Records, "targets">;
	write: Write;
	memory: Pick<
		Memory,
		"recall" | "newestFor" | "timeline" | "kept" | "notKept" | "attachedAgain"
	>;
	read: (delivery: Delivery) => Reading;
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
export function readBackOf(
	one: Case,
	now: number,
): Pick<Settled & { kind: "done" }, "readBack"> {
	const run = { jobId: one.job.id, ncaJobId: runOf(one) };
	return unkept(one.history, run) === null
		? {}
		: { readBack: { ...run, dueAt: readBackTime(now) } };
}

/** A run's files, where Airtable may not have them yet. */
function unkept(history: JobHistory, run: RunKey): SettledOutcome | null {
	const settled = history.runs.find(
		({ ncaJobId }) => ncaJobId === run.ncaJobId,
	)?.settled;
	return settled?.outcome === "completed" && !settled.kept ? settled : null;
}

type Errand = {
	id: DeliveryId;
	run: RunKey;
	settled: SettledOutcome;
	operation: OperationName;
	targetId: NonNullable<JobHistory["targetId"]>;
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
	if (batch.length === 0) return;
	const errands = await errandsOf(needs, batch, settled);
	const targets = await readTargets(needs.records, errands);
	for (const errand of errands) {
		const target = targets.get(errand.targetId);
		settled.set(errand.id, await followUp(needs, errand, target));
	}
}

async function errandsOf(
	{ memory, read }: Needs,
	batch: readonly Delivery[],
	settled: Map<DeliveryId, Settled>,
): Promise<Errand[]> {
	const named = batch.flatMap((delivery) => {
		const { jobId, ncaJobId } = read(delivery);
		return jobId ? [{ id: delivery.id, run: { jobId, ncaJobId } }] : [];
	});
	const histories = await memory.recall(named.map(({ run }) => run.jobId));
	for (const { id } of batch) settled.set(id, MOOT);
	const errands: Errand[] = [];
	for (const { id, run } of named) {
		const history = histories.get(run.jobId);
		const outcome = history ? unkept(history, run) : null;
		const { operation = null, targetId = null } = history ?? {};
		if (!outcome || !operation || !targetId) continue;
		if ((await memory.newestFor(targetId, operation)) !== run.jobId) continue;
		errands.push({ id, run, settled: outcome, operation, targetId });
	}
	return errands;
}

const MOOT: Settled = { kind: "done", verdict: "moot" };

async function readTargets(
	records: Needs["records"],
	errands: readonly Errand[],
): Promise<Map<string, Target>> {
	const idsIn = (table: TargetTable) =>
		errands
			.filter(({ operation }) => operationByName(operation).table === table)
			.map(({ targetId }) => targetId);
	const found = await Promise.all([
		records.targets("Segments", idsIn("Segments")),
		records.targets("Videos", idsIn("Videos")),
	]);
	return new Map(found.flat().map((target) => [target.id, target]));
}

async function followUp(
	needs: Needs,
	errand: Errand,
	target: Target | undefined,
): Promise<Settled> {
	const { memory, now } = needs;
	if (!target) return MOOT;
	const { attachment } = operationByName(errand.operation);
	const state = stateOf(target, attachment, errand.settled.files);
	const event = (what: string, facts = {}): JobEvent => ({
		...errand.run,
		at: now(),
		what,
		facts: { field: attachment, target_id: target.id, ...facts },
	});
	switch (state) {
		case "kept":
			return keep(needs, errand, event("kept"));
		case "replaced":
			await memory.kept(errand.run, event("replaced"));
			return MOOT;
		case "not fetched":
			return {
				kind: "wait",
				why: "Airtable has not fetched the file yet",
				park: "not fetched",
				patienceMs: needs.maxAgeMs,
				leastMs: READ_BACK_MS,
			};
		case "dropped":
			return errand.settled.attachedAgain <
				MOST_ATTACHED_AGAIN * (1 + (await timesGivenUp(needs, errand)))
				? attachAgain(needs, errand, target, event)
				: giveUp(needs, errand, event(NOT_KEPT));
	}
}

/** It was given up before, and a person had it tried again. */
async function timesGivenUp(
	{ memory }: Needs,
	{ run, settled }: Errand,
): Promise<number> {
	if (settled.attachedAgain === 0) return 0;
	const events = await memory.timeline(run.jobId);
	const isOurs = ({ what, ncaJobId }: JobEvent) =>
		what === NOT_KEPT && ncaJobId === run.ncaJobId;
	return events.filter(isOurs).length;
}

async function keep(
	needs: Needs,
	errand: Errand,
	event: JobEvent,
): Promise<Settled> {
	const { run } = errand;
	if ((await timesGivenUp(needs, errand)) > 0) {
		const fault = await writeDetails(needs, run, null);
		if (fault) return fault;
	}
	await needs.memory.kept(run, event);
	return { kind: "done", verdict: "kept" };
}

/** @returns the fault that kept it from being written */
async function writeDetails(
	{ write }: Needs,
	{ jobId }: RunKey,
	text: string | null,
): Promise<Settled | null> {
	const updates = [{ id: jobId, fields: { "Error Details": text } }];
	const how = (await write("Jobs", updates, () => false)).get(jobId);
	return how?.kind === "fault" ? how : null;
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

async function attachAgain(
	{ write, memory, log }: Needs,
	{ run, operation, settled }: Errand,
	target: Target,
	event: (what: string, facts: Record<string, unknown>) => JobEvent,
): Promise<Settled> {
	const { table, attachment } = operationByName(operation);
	const fields = { [attachment]: attachmentsOf(settled.files) };
	const updates = [{ id: target.id, fields }];
	const how = (await write(table, updates, () => true)).get(target.id);
	if (how?.kind === "fault") return how;
	const times = settled.attachedAgain + 1;
	const files = settled.files.map(({ name }) => name);
	if (how?.kind === "written") {
		await memory.attachedAgain(run, event("attached again", { files, times }));
		log.warn(
			{
				job_id: run.jobId,
				target_id: target.id,
				field: attachment,
				files,
				times,
			},
			"airtable dropped a file, attached again",
		);
	}
	return {
		kind: "wait",
		why: `Airtable dropped the file; attached again, ${times} of ${MOST_ATTACHED_AGAIN}`,
		park: "not fetched",
		patienceMs: Number.POSITIVE_INFINITY,
		leastMs: READ_BACK_MS,
	};
}

/** A person must see that what Airtable calls completed has no file. */
async function giveUp(
	needs: Needs,
	{ id, run, operation, targetId, settled }: Errand,
	event: JobEvent,
): Promise<Settled> {
	const urls = settled.files.map(({ url }) => url).join(", ");
	const fault = await writeDetails(needs, run, `${DROPPED}: ${urls}`);
	if (fault) return fault;
	await needs.memory.notKept(event);
	needs.log.error(
		{
			job_id: run.jobId,
			delivery_id: id,
			target_id: targetId,
			field: operationByName(operation).attachment,
			times: settled.attachedAgain,
		},
		"airtable did not keep a file",
	);
	return { kind: "bury", reason: DROPPED };
}
