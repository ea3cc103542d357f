import type { Job } from "../../airtable/job-record.ts";
import type { Target } from "../../airtable/target-record.ts";
import type { Write } from "../../airtable/write.ts";
import type { Settled } from "../../job.ts";
import type { Log } from "../../log.ts";
import type { ProvenFile } from "../case.ts";
import { type WrittenRecord, written } from "../closed.ts";
import type { JobEvent, Memory } from "../memory.ts";
import { attachmentsOf } from "../plan.ts";
import { READ_BACK_MS } from "./due.ts";
import type { Errand } from "./errands.ts";

/** So often is a file attached again that Airtable dropped. */
const MOST_ATTACHED_AGAIN = 3;
/** What a job's `Error Details` begin with whose file Airtable drops whenever it is attached. */
export const DROPPED = "Airtable did not keep the file";

type Needs = {
	write: Write;
	memory: Pick<Memory, "attachment" | "attachedAgain">;
	/** How long Airtable may take to fetch a file, ms. */
	maxAgeMs: number;
	log: Log;
	now: () => number;
};

/** The job is done anew, its target is another's, or there is none. */
export const MOOT: Settled = { kind: "done", verdict: "moot" };

/** What became of the files of one errand, and what is done about it. @throws where the store fails */
export async function followUp(needs: Needs, errand: Errand): Promise<Settled> {
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
