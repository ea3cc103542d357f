import type { Job } from "../airtable/job-record.ts";
import type { Delivery, NcaJobId, Reading, RecordId, Via } from "../job.ts";
import {
	asOperation,
	type OperationName,
	operationByName,
} from "../operations.ts";
import type { StoredObject } from "../probe/object.ts";

/** An object that is really there; size in bytes. */
export type ProvenFile = StoredObject & { size: number };

/** Whether Airtable has the files of a run: not known yet; yes, or it was given none; no, however often they were attached. */
type AttachmentState = "pending" | "kept" | "dropped";

/** What we made of a run, and how often since. */
export type SettledOutcome = {
	outcome: "completed" | "failed";
	via: Via;
	/** When it was closed first, ms since the epoch. */
	at: number;
	/** Of a failure; else empty. */
	reason: string;
	files: readonly ProvenFile[];
	/** How often it was closed again, having been set back. */
	closedAgain: number;
	/** How often its files were attached again, Airtable having dropped them. */
	attachedAgain: number;
	attachment: AttachmentState;
};

type Run = {
	ncaJobId: NcaJobId | null;
	/** Whether the record itself has borne this id. */
	seen: boolean;
	settled: SettledOutcome | null;
};

/** What we remember of a job that matters for its verdict. */
export type JobHistory = {
	/** ms since the epoch */
	firstSeenAt: number;
	/** As far as it was believed. */
	operation: OperationName | null;
	targetId: RecordId | null;
	runs: readonly Run[];
};

/** A delivery, as it was read, beside the record that it speaks of. */
export type Case = {
	delivery: Delivery;
	reading: Reading;
	job: Job;
	history: JobHistory;
	/** The body's id, which its record does not bear, is another job's. */
	isOthers: boolean;
};

type Known = Pick<Case, "job" | "reading">;

/** What we made of a run of a job, if anything. */
export function settledOf(
	{ runs }: JobHistory,
	ncaJobId: NcaJobId | null,
): SettledOutcome | null {
	const run = runs.find((one) => one.ncaJobId === ncaJobId);
	return run?.settled ?? null;
}

/** Under which id a record was closed that bears none. */
export function closedAs({ job, history }: Case): NcaJobId | null {
	if (job.ncaJobId !== null) return null;
	const run = history.runs.find(
		({ ncaJobId, settled }) => ncaJobId !== null && settled !== null,
	);
	return run?.ncaJobId ?? null;
}

/** The delivery's run: NCA's id in its body, or, where it names none, the record's. */
export function runOf({ job, reading }: Known): NcaJobId | null {
	return reading.ncaJobId ?? job.ncaJobId;
}

/** NCA's id is another than the record's: of an earlier run, of one not written yet, or a stranger's. */
export function isOtherRun({ job, reading }: Known): boolean {
	return job.ncaJobId !== null && runOf({ job, reading }) !== job.ncaJobId;
}

/** The record's own word for its operation, and the webhook's where it has none. */
export function operationOf({ job, reading }: Known): OperationName | null {
	if (job.operation === "other") return null;
	return job.operation ?? asOperation(reading.operation);
}

/** Likewise for the target; of a run that was closed before, as it was believed then. */
export function targetOf(one: Case, name: OperationName): RecordId | null {
	const { job, reading, history } = one;
	const [said] = operationByName(name)
		.target.query.map((parameter) => reading.targets[parameter])
		.filter((id) => id !== null);
	const believed = settledOf(history, runOf(one)) ? history.targetId : null;
	return job.targetFor(name) ?? believed ?? said ?? null;
}

/** The sender knows our secret, and speaks of the job that it knows it for; or it is ourselves. */
export function isProved({ delivery, reading, job }: Case): boolean {
	const { queryJobId, bodyId, ncaJobId } = reading;
	if (delivery.proof === "own") return true;
	if (delivery.proof === "token") return queryJobId === job.id;
	if (delivery.proof !== "signature") return false;
	// A signature covers the body alone: it must name the job itself.
	return (
		queryJobId === null ||
		queryJobId === bodyId ||
		(ncaJobId !== null && ncaJobId === job.ncaJobId)
	);
}
