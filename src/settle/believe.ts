import type { NcaJobId } from "../job.ts";
import { bears, MOST_FILES, type StoredObject } from "../probe/object.ts";
import { type Case, closedAs, isProved, operationOf } from "./case.ts";
import type { Judgement, Rules } from "./judgement.ts";

/** A failure is believed of the run that its record bears, or from a sender that has shown who it is. */
export function failure(one: Case, reason: string): Judgement {
	const { reading, job } = one;
	const named = reading.ncaJobId !== null && reading.ncaJobId === job.ncaJobId;
	if (named || isProved(one)) return { kind: "fail", reason };
	return {
		kind: "wait",
		park: "unconfirmed",
		why: "a failure under an id that is not the record's External Job ID",
	};
}

/** A success is believed of files that are ours and bear the run's id; whether they are there is asked next. */
export function success(
	one: Case,
	urls: readonly string[],
	{ locate }: Rules,
): Judgement {
	if (urls.length === 0) return { kind: "park", reason: "no file" };
	if (urls.length > MOST_FILES)
		return { kind: "park", reason: "too many files" };
	const objects = urls.map(locate);
	if (!objects.every((object) => object !== null)) {
		return { kind: "park", reason: "foreign file" };
	}
	if (objects.every((object) => isOfJob(object, one))) {
		return { kind: "prove", objects, isAsserted: !isBorne(objects, one) };
	}
	return {
		kind: "wait",
		park: "unproven",
		why: "the file's name does not begin with the record's External Job ID",
	};
}

/** By the record itself; or a person, or this program, says so. */
function isBorne(objects: readonly StoredObject[], one: Case): boolean {
	const { ncaJobId } = one.job;
	if (one.delivery.proof === "own") return true;
	if (operationOf(one) === null && one.reading.ncaJobId === ncaJobId)
		return true;
	return (
		ncaJobId !== null && objects.every(({ name }) => bears(name, ncaJobId))
	);
}

/** The file bears the id of the job's run; NCA's names do for every operation that has a target. */
function isOfJob({ name }: StoredObject, one: Case): boolean {
	const { job, reading, delivery } = one;
	const ids: (NcaJobId | null)[] = [job.ncaJobId];
	const closed = closedAs(one);
	if (isProved(one)) ids.push(...(one.isOthers ? [] : [reading.ncaJobId]));
	else if (closed !== null) ids.push(closed);
	else if (job.ncaJobId === null && !one.isOthers) ids.push(reading.ncaJobId);
	if (ids.some((id) => id !== null && bears(name, id))) return true;
	// Without any id to hold it against, a person's word is all that there is.
	if (delivery.via === "manual" && ids.every((id) => id === null)) return true;
	// Elsewhere NCA can name the file after something else: then the run must be the record's.
	return (
		operationOf(one) === null &&
		job.ncaJobId !== null &&
		(isProved(one) || reading.ncaJobId === job.ncaJobId)
	);
}
