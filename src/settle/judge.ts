import type { Job } from "../airtable/job-record.ts";
import type { Delivery, NcaJobId, Reading, RecordId } from "../job.ts";
import {
	asOperation,
	type OperationName,
	operationByName,
} from "../operations.ts";
import type { StoredObject } from "../probe/object.ts";

/** What we remember of a job that matters for its verdict. */
export type JobHistory = {
	/** ms since the epoch */
	firstSeenAt: number;
	runs: readonly {
		ncaJobId: NcaJobId | null;
		settled: { outcome: "completed" | "failed" } | null;
	}[];
};

export type Case = {
	delivery: Delivery;
	reading: Reading;
	job: Job;
	history: JobHistory;
};

export type Rules = {
	completedStatus: string;
	failedStatus: string;
	/** An URL that was sent as an object of ours, or null. */
	locate: (url: string) => StoredObject | null;
};

/** What a delivery means for its job, before anything is asked of anyone. */
export type Judgement =
	/** Nothing to write. */
	| { kind: "agrees" }
	| { kind: "conflicts" }
	| { kind: "stale" }
	/** `completed` already, by someone else's hand: it agrees if the target holds a file. */
	| { kind: "compare"; operation: OperationName | null }
	/** Cannot be believed yet; if it cannot be in five minutes, it is parked under that word. */
	| { kind: "wait"; park: string; why: string }
	| { kind: "park"; reason: string }
	/** Completed, if each of these is really there. */
	| { kind: "prove"; objects: StoredObject[]; operation: OperationName | null }
	| { kind: "fail"; reason: string; operation: OperationName | null };

/** The run a delivery is taken for: the record's own, else the one that the delivery names. */
export function runOf({
	job,
	reading,
}: Pick<Case, "job" | "reading">): NcaJobId | null {
	return job.ncaJobId ?? reading.ncaJobId;
}

/** Pure: the same case has the same judgement. */
export function judge(one: Case, rules: Rules): Judgement {
	const { reading, job } = one;
	const { verdict } = reading;
	if (job.owner === "foreign") return { kind: "park", reason: "foreign job" };
	if (job.owner === "unclear") {
		return {
			kind: "wait",
			park: "foreign job",
			why: "the record does not say whose job it is",
		};
	}
	if (verdict.kind === "none") return { kind: "park", reason: "no verdict" };
	if (isStale(one)) return { kind: "stale" };
	return (
		earlierOutcome(one, rules) ??
		(verdict.kind === "failed"
			? failure(one, verdict.reason)
			: success(one, verdict.urls, rules))
	);
}

/** Of a run that this record had before the one it has now. */
function isStale({ reading, job, history }: Case): boolean {
	const { ncaJobId } = reading;
	if (ncaJobId === null || job.ncaJobId === null || ncaJobId === job.ncaJobId)
		return false;
	return history.runs.some((run) => run.ncaJobId === ncaJobId);
}

/** What is decided already: by us, or by whoever set the record's status. Null: nothing stands in the way. */
function earlierOutcome(
	one: Case,
	{ completedStatus, failedStatus }: Rules,
): Judgement | null {
	const { job, history, reading } = one;
	const said = reading.verdict.kind;
	const ours = history.runs.find((run) => run.ncaJobId === runOf(one))?.settled
		?.outcome;
	if (ours && ours !== said) return { kind: "conflicts" };
	if (job.status === completedStatus) {
		if (said !== "completed") return { kind: "conflicts" };
		return ours
			? { kind: "agrees" }
			: { kind: "compare", operation: operationOf(one) };
	}
	if (job.status === failedStatus && said === "failed")
		return { kind: "agrees" };
	return null;
}

function failure(one: Case, reason: string): Judgement {
	const { reading, job } = one;
	const named = reading.ncaJobId !== null && reading.ncaJobId === job.ncaJobId;
	if (named || isProved(one))
		return { kind: "fail", reason, operation: operationOf(one) };
	return {
		kind: "wait",
		park: "unconfirmed",
		why: "a failure under an id that is not the record's External Job ID",
	};
}

function success(
	one: Case,
	urls: readonly string[],
	{ locate }: Rules,
): Judgement {
	const operation = operationOf(one);
	const objects = urls.map(locate);
	if (objects.length === 0) return { kind: "park", reason: "no file" };
	if (!objects.every((object) => object !== null))
		return { kind: "park", reason: "foreign file" };
	if (objects.every((object) => isOfJob(object, one)))
		return { kind: "prove", objects, operation };
	return {
		kind: "wait",
		park: "unproven",
		why: "the file's name does not begin with the record's External Job ID",
	};
}

/** The file bears the id of the job's run; NCA's names do for every operation that has a target. */
function isOfJob({ name }: StoredObject, one: Case): boolean {
	const { job, reading } = one;
	const ids: (NcaJobId | null)[] = [job.ncaJobId];
	const trusted = job.ncaJobId === null || isProved(one);
	if (trusted) ids.push(reading.ncaJobId);
	if (ids.some((id) => id !== null && bears(name, id))) return true;
	// Elsewhere NCA can name the file after something else: then the run must be the record's.
	return (
		operationOf(one) === null &&
		job.ncaJobId !== null &&
		(isProved(one) || reading.ncaJobId === job.ncaJobId)
	);
}

function bears(name: string, id: NcaJobId): boolean {
	return name.startsWith(id) && !/^[A-Za-z0-9-]/.test(name.slice(id.length));
}

/** The sender knows our secret, and speaks of the job that it knows it for. */
function isProved({ delivery, reading, job }: Case): boolean {
	if (delivery.proof === "token") return true;
	if (delivery.proof !== "signature") return false;
	// A signature covers the body alone: it must name the job itself.
	const { queryJobId, bodyId, ncaJobId } = reading;
	return (
		queryJobId === null ||
		queryJobId === bodyId ||
		(ncaJobId !== null && ncaJobId === job.ncaJobId)
	);
}

/** The record's own word, and the webhook's where it has none. */
export function operationOf({
	job,
	reading,
}: Pick<Case, "job" | "reading">): OperationName | null {
	return job.operation ?? asOperation(reading.operation);
}

/** Likewise for the target. */
export function targetOf(
	{ job, reading }: Pick<Case, "job" | "reading">,
	name: OperationName,
): RecordId | null {
	const [said] = operationByName(name)
		.target.query.map((parameter) => reading.targets[parameter])
		.filter((id) => id !== null);
	return job.targetFor(name) ?? said ?? null;
}
