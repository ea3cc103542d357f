import type { DeliveryId, RecordId } from "../job.ts";
import type { Log } from "../log.ts";
import { operationByName } from "../operations.ts";
import type { JobEvent, SettledRun } from "./memory.ts";
import type { Closing, Outcome, Plan } from "./plan.ts";

/** A close as it was written, and the delivery that it was written for. */
export type Closed = { by: DeliveryId; closing: Closing; plan: Plan };

/** What is remembered of a run that was closed. @param at ms since the epoch */
export function asRun({ closing, plan }: Closed, at: number): SettledRun {
	const { job, ncaJobId, outcome, via, instead } = closing;
	return {
		jobId: job.id,
		ncaJobId,
		outcome: outcome.kind,
		via,
		at,
		reason: outcome.kind === "failed" ? outcome.reason : "",
		files: outcome.kind === "completed" ? outcome.files : [],
		attachment: plan.readBack ? "pending" : "kept",
		again: instead === "itself",
	};
}

/** Who decided what and why, and every value that was written, with the one that it replaced. */
export function asEvent({ by, closing, plan }: Closed, at: number): JobEvent {
	const { job, ncaJobId, outcome, via, instead } = closing;
	return {
		jobId: job.id,
		ncaJobId,
		at,
		what: "settled",
		facts: {
			delivery_id: by,
			outcome: outcome.kind,
			via,
			why: whyOf(outcome),
			...(instead !== "nothing" && { instead_of: instead }),
			wrote: writtenBy(closing, plan),
		},
	};
}

/** What a HEAD said of the files; or the end of the reason. */
function whyOf(outcome: Outcome): string {
	if (outcome.kind === "failed") return outcome.reason.slice(-200);
	const { files } = outcome;
	const words = files
		.slice(0, 3)
		.map(({ name, size }) => `${name}: ${size} bytes`);
	const more = files.length - words.length;
	return [...words, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

/** What was written into one record. */
export type WrittenRecord = {
	table: string;
	id: RecordId;
	/** By field: what stood there, null for nothing; and what does now. */
	fields: Record<string, { old: unknown; new: unknown }>;
};

/** What a plan wrote into a job and its target. */
export function writtenBy(
	{ job, operation, target }: Pick<Closing, "job" | "operation" | "target">,
	plan: Pick<Plan, "job" | "target">,
): WrittenRecord[] {
	const ofJob = written("Jobs", job, plan.job);
	if (!operation || !target) return [ofJob];
	const { table } = operationByName(operation);
	return [ofJob, written(table, target, plan.target)];
}

/** Changes of a record, beside what it held before them. */
export function written(
	table: string,
	record: { id: RecordId; fields: Record<string, unknown> },
	changes: Record<string, unknown>,
): WrittenRecord {
	const fields = Object.entries(changes).map(([field, value]) => [
		field,
		{ old: record.fields[field] ?? null, new: value },
	]);
	return { table, id: record.id, fields: Object.fromEntries(fields) };
}

/** The one line of a close. */
export function sayClosed(log: Log, { by, closing }: Closed): void {
	const { job, outcome, via, ncaJobId, operation, target, superseded } =
		closing;
	const { instead } = closing;
	log.info(
		{
			job_id: job.id,
			delivery_id: by,
			outcome: outcome.kind,
			via,
			nca_job_id: ncaJobId,
			operation,
			target_id: target?.id ?? null,
			...(instead !== "nothing" && { instead_of: instead }),
			...(superseded && { superseded }),
			...(outcome.kind === "failed" && { reason: outcome.reason.slice(-200) }),
		},
		"job settled",
	);
}
