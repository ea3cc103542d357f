import type { Fields } from "../airtable/answers.ts";
import { closedRunText } from "../airtable/closed-run.ts";
import type { Job } from "../airtable/job-record.ts";
import type { Attachment, Target } from "../airtable/target-record.ts";
import type { NcaJobId, Via } from "../job.ts";
import { type OperationName, operationByName } from "../operations.ts";
import type { StoredObject } from "../probe/object.ts";
import type { ProvenFile } from "./case.ts";
import type { Instead } from "./earlier.ts";

export type Outcome =
	| { kind: "completed"; files: readonly ProvenFile[] }
	| { kind: "failed"; reason: string };

/** Everything that says what a closing changes. */
export type Closing = {
	job: Job;
	outcome: Outcome;
	via: Via;
	instead: Instead;
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
export type Plan = {
	target: Fields;
	job: Fields;
	/** Whether Airtable has still to fetch what the target is to hold. */
	readBack: boolean;
};

type Words = { completedStatus: string; failedStatus: string };

type TargetChange = { fields: Fields; note: string; readBack?: boolean };

/** Compares what a closing wants with what the records hold. Pure. @param at ms since the epoch */
export function plan(closing: Closing, words: Words, at: number): Plan {
	const { fields, note, readBack = false } = targetChange(closing);
	return {
		target: fields,
		job: jobChange(closing, words, at, note),
		readBack,
	};
}

/** What an attachment field is to hold of these files. */
export function attachmentsOf(files: readonly StoredObject[]): Fields[] {
	return files.map(({ url, name }) => ({ url, filename: name }));
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

function targetChange(closing: Closing): TargetChange {
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
): TargetChange {
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
	if (!same) fields[operation.attachment] = attachmentsOf(files);
	if (operation.completed && target.status !== operation.completed) {
		fields.Status = operation.completed;
	}
	const readBack = !same || held.some(({ size }) => size == null);
	return { fields, note: "", readBack };
}

/** A target that holds a file is not called failed. */
function markFailed(target: Target, name: OperationName): TargetChange {
	const { attachment, failed } = operationByName(name);
	if (target.attachments(attachment).length > 0)
		return { fields: {}, note: "its target was left: it holds a file" };
	const untouched = failed === undefined || target.status === failed;
	return { fields: untouched ? {} : { Status: failed }, note: "" };
}

function jobChange(
	closing: Closing,
	words: Words,
	at: number,
	note: string,
): Fields {
	const { job, outcome, via, ncaJobId, instead } = closing;
	const urls =
		outcome.kind === "completed" ? outcome.files.map(({ url }) => url) : [];
	const parts = [
		`${outcome.kind} via ${via}`,
		...(instead === "nothing" ? [] : [inWords(instead)]),
		...(note ? [note] : []),
	];
	const fields: Fields = {
		"Response Payload": closedRunText({
			outcome: outcome.kind,
			via,
			ncaJobId,
			urls,
			at,
		}),
		Notes: withNote(job, parts.join("; "), at),
	};
	const status =
		outcome.kind === "completed" ? words.completedStatus : words.failedStatus;
	if (job.status !== status) fields.Status = status;
	const details = outcome.kind === "completed" ? "" : outcome.reason;
	if (job.errorDetails !== details) fields["Error Details"] = details || null;
	return fields;
}

function inWords(instead: Instead): string {
	return instead === "itself"
		? "again, since it had been set back"
		: `instead of ${instead}`;
}

/** The job's notes with one more line. @param at ms since the epoch */
export function withNote({ notes }: Job, text: string, at: number): string {
	const line = `${new Date(at).toISOString()} ${text}`;
	return notes ? `${notes}\n${line}` : line;
}
