import type { Job } from "../airtable/job-record.ts";
import type { Delivery, NcaJobId, Reading, RecordId } from "../job.ts";
import {
	asOperation,
	type OperationName,
	operationByName,
} from "../operations.ts";
import type { StoredObject } from "../probe/object.ts";

/** What we remember of a job that matters for its verdict. Times are ms since the epoch. */
export type JobHistory = {
	firstSeenAt: number;
	runs: readonly {
		ncaJobId: NcaJobId | null;
		/** Whether the record itself has borne this id. */
		seen: boolean;
		settled: { outcome: "completed" | "failed"; at: number } | null;
	}[];
};

/** A delivery, as it was read, beside the record that it speaks of. */
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

type Known = Pick<Case, "job" | "reading">;

/** The engine writes NCA's id late, and can set a job back that was closed before: what happens within this is its doing. ms */
const SET_BACK_MS = 15 * 60_000;
/** More than any job of the engine names. */
const MOST_FILES = 20;

/** Pure: the same case has the same judgement. @param now ms since the epoch */
export function judge(one: Case, rules: Rules, now: number): Judgement {
	const { verdict } = one.reading;
	const { owner } = one.job;
	if (owner === "foreign") return { kind: "park", reason: "foreign job" };
	if (owner === "unclear") {
		return {
			kind: "wait",
			park: "foreign job",
			why: "the record does not say whose job it is",
		};
	}
	if (verdict.kind === "none") return { kind: "park", reason: "no verdict" };
	if (isStale(one)) return { kind: "stale" };
	const earlier = ownOutcome(one, rules, now) ?? finalStatus(one, rules);
	if (earlier) return earlier;
	return verdict.kind === "failed"
		? failure(one, verdict.reason)
		: success(one, verdict.urls, rules);
}

/** The delivery's run: NCA's id in its body, or, where it names none, the record's. */
export function runOf({ job, reading }: Known): NcaJobId | null {
	return reading.ncaJobId ?? job.ncaJobId;
}

/** The record's own word for its operation, and the webhook's where it has none. */
function operationOf({ job, reading }: Known): OperationName | null {
	if (job.operation === "other") return null;
	return job.operation ?? asOperation(reading.operation);
}

/** Likewise for the target. */
export function targetOf(
	{ job, reading }: Known,
	name: OperationName,
): RecordId | null {
	const [said] = operationByName(name)
		.target.query.map((parameter) => reading.targets[parameter])
		.filter((id) => id !== null);
	return job.targetFor(name) ?? said ?? null;
}

/** NCA's id is another than the record's: of an earlier run, of one not written yet, or a stranger's. */
function isOtherRun({ job, reading }: Known): boolean {
	return job.ncaJobId !== null && runOf({ job, reading }) !== job.ncaJobId;
}

/** Of a run that this record bore before the one it bears now. */
function isStale(one: Case): boolean {
	if (!isOtherRun(one)) return false;
	return one.history.runs.some(
		(run) => run.seen && run.ncaJobId === runOf(one),
	);
}

/** What we made of this very run before: its first outcome stands. Null: nothing that stands in the way. */
function ownOutcome(
	one: Case,
	{ completedStatus, failedStatus }: Rules,
	now: number,
): Judgement | null {
	const { job, history, reading } = one;
	const run = history.runs.find(({ ncaJobId }) => ncaJobId === runOf(one));
	if (!run?.settled) return null;
	const { outcome, at } = run.settled;
	const same = outcome === reading.verdict.kind;
	if (job.status === completedStatus || job.status === failedStatus) {
		if (!same) return { kind: "conflicts" };
		const stands = outcome === "completed" ? completedStatus : failedStatus;
		return job.status === stands ? { kind: "agrees" } : null;
	}
	// Set back: by the engine it is closed again as it was; later, it is a person who wants it judged anew.
	return same || now - at > SET_BACK_MS ? null : { kind: "conflicts" };
}

/** A final status that is not this run's doing. Null: it may be replaced, or there is none. */
function finalStatus(
	one: Case,
	{ completedStatus, failedStatus }: Rules,
): Judgement | null {
	const { job, reading, history } = one;
	const failed = reading.verdict.kind === "failed";
	if (job.status !== completedStatus && job.status !== failedStatus)
		return null;
	if (isOtherRun(one)) {
		// The engine may have submitted it again, and not written the new id yet.
		return {
			kind: "wait",
			park: failed ? "unconfirmed" : "unproven",
			why: "the record is closed, under another External Job ID",
		};
	}
	if (job.status === failedStatus) return failed ? { kind: "agrees" } : null;
	if (failed) return { kind: "conflicts" };
	// Completed by us, for another run: the file of the run that the record bears takes its place.
	if (history.runs.some(({ settled }) => settled?.outcome === "completed"))
		return null;
	return { kind: "compare", operation: operationOf(one) };
}

function failure(one: Case, reason: string): Judgement {
	const { reading, job } = one;
	const named = reading.ncaJobId !== null && reading.ncaJobId === job.ncaJobId;
	if (named || isProved(one)) {
		return { kind: "fail", reason, operation: operationOf(one) };
	}
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
	if (urls.length === 0) return { kind: "park", reason: "no file" };
	if (urls.length > MOST_FILES)
		return { kind: "park", reason: "too many files" };
	const objects = urls.map(locate);
	if (!objects.every((object) => object !== null)) {
		return { kind: "park", reason: "foreign file" };
	}
	if (objects.every((object) => isOfJob(object, one))) {
		return { kind: "prove", objects, operation };
	}
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
	const { queryJobId, bodyId, ncaJobId } = reading;
	if (delivery.proof === "token") return queryJobId === job.id;
	if (delivery.proof !== "signature") return false;
	// A signature covers the body alone: it must name the job itself.
	return (
		queryJobId === null ||
		queryJobId === bodyId ||
		(ncaJobId !== null && ncaJobId === job.ncaJobId)
	);
}
