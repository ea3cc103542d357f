import type { Fields } from "../airtable/gateway.ts";
import type { Job } from "../airtable/job-record.ts";
import type { Attachment, Target } from "../airtable/target-record.ts";
import type { NcaJobId, Via } from "../job.ts";
import { type OperationName, operationByName } from "../operations.ts";
import type { StoredObject } from "../probe/object.ts";

/** An object that is really there; size in bytes. */
export type ProvenFile = StoredObject & { size: number };

export type Outcome =
	| { kind: "completed"; files: readonly ProvenFile[] }
	| { kind: "failed"; reason: string };

/** Everything that says what a closing changes. */
export type Closing = {
	job: Job;
	outcome: Outcome;
	via: Via;
	ncaJobId: NcaJobId | null;
	operation: OperationName | null;
	/** null: the record names none, or it is not there */
	target: Target | null;
	/** Another job for this target and operation is newer. */
	superseded: boolean;
	/** The job was older than MAX_POLLING_AGE_HOURS when we first saw it. */
	old: boolean;
};

/** What to write; empty where nothing differs. */
export type Plan = { target: Fields; job: Fields };

type Words = { completedStatus: string; failedStatus: string };

/** Compares what a closing wants with what the records hold. Pure. @param at ms since the epoch */
export function plan(closing: Closing, words: Words, at: number): Plan {
	const { fields, note } = targetChange(closing);
	return { target: fields, job: jobChange(closing, words, at, note) };
}

/** Whether the field holds just these files. Airtable tells a size when it has fetched the file. */
function holds(
	held: readonly Attachment[],
	files: readonly ProvenFile[],
): boolean {
	return (
		held.length === files.length &&
		files.every((file, nth) => {
			const one = held[nth];
			return (
				one?.filename === file.name &&
				(one.size == null || one.size === file.size)
			);
		})
	);
}

function targetChange(closing: Closing): { fields: Fields; note: string } {
	const { operation, target, superseded, outcome } = closing;
	if (operation === null)
		return {
			fields: {},
			note: "no operation with a target is known for this job",
		};
	if (target === null) return { fields: {}, note: "its target was not found" };
	if (superseded)
		return { fields: {}, note: "its target was left to a newer job" };
	return outcome.kind === "completed"
		? attach(closing, target, operation, outcome.files)
		: markFailed(target, operation);
}

function attach(
	{ old }: Closing,
	target: Target,
	name: OperationName,
	files: readonly ProvenFile[],
): { fields: Fields; note: string } {
	const operation = operationByName(name);
	const held = target.attachments(operation.attachment);
	const same = holds(held, files);
	if (old && held.length > 0 && !same) {
		return {
			fields: {},
			note: "its target was left: it holds a file already, and this job is old",
		};
	}
	const fields: Fields = {};
	if (!same) {
		fields[operation.attachment] = files.map(({ url, name }) => ({
			url,
			filename: name,
		}));
	}
	if (operation.completed && target.status !== operation.completed) {
		fields.Status = operation.completed;
	}
	return { fields, note: "" };
}

/** A target that holds a file is not called failed. */
function markFailed(
	target: Target,
	name: OperationName,
): { fields: Fields; note: string } {
	const { attachment, failed } = operationByName(name);
	const untouched =
		failed === undefined ||
		target.status === failed ||
		target.attachments(attachment).length > 0;
	return { fields: untouched ? {} : { Status: failed }, note: "" };
}

function jobChange(
	closing: Closing,
	words: Words,
	at: number,
	note: string,
): Fields {
	const { job, outcome, via, ncaJobId } = closing;
	const time = new Date(at).toISOString();
	const urls =
		outcome.kind === "completed" ? outcome.files.map(({ url }) => url) : [];
	const line = `${time} ${outcome.kind} via ${via}${note && `; ${note}`}`;
	const fields: Fields = {
		"Response Payload": JSON.stringify({
			outcome: outcome.kind,
			via,
			nca_job_id: ncaJobId,
			output_url: urls[0] ?? null,
			output_urls: urls,
			settled_at: time,
		}),
		Notes: job.notes ? `${job.notes}\n${line}` : line,
	};
	const status =
		outcome.kind === "completed" ? words.completedStatus : words.failedStatus;
	if (job.status !== status) fields.Status = status;
	const details = outcome.kind === "completed" ? "" : outcome.reason;
	if (job.errorDetails !== details) fields["Error Details"] = details || null;
	return fields;
}
