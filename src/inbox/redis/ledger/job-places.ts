import type { RecordId } from "../../../job.ts";
import { isOpen } from "../../job-state/expected.ts";
import { asKnownJob } from "../../job-state/known-job.ts";
import { type JobState, lastHeard, NOTHING } from "../../job-state/state.ts";
import type { Command } from "../client.ts";
import { moves, type Place } from "../places.ts";
import {
	BUSY,
	EXPECTED,
	JOBS,
	jobsInKey,
	LISTED,
	MADE,
	memberOf,
	OVERDUE,
	runsKey,
	STUCK,
	targetKey,
} from "./keys.ts";

/** Where a job stands, so that it is found. */
export function placesOf(id: RecordId, job: JobState): Place[] {
	if (job === NOTHING) return [];
	const { seen, runs, expected } = job;
	const places: Place[] = [{ key: JOBS, member: id, score: lastHeard(job) }];
	const add = (key: string, member: string, score: number | null) => {
		if (score !== null) places.push({ key, member, score });
	};
	places.push(...knownPlaces(id, job));
	if (seen?.operation && seen.targetId)
		add(targetKey(seen.targetId, seen.operation), id, seen.createdAt);
	for (const [name, run] of runs) {
		const member = memberOf(id, name);
		add(runsKey(name), id, run.seenAt ?? 0);
		add(LISTED, member, run.stuckSince === null ? null : run.listedAt);
		add(STUCK, member, run.ncaSaid === "completed" ? null : run.stuckSince);
		add(BUSY, member, run.stuckSince === null ? null : run.busySince);
	}
	for (const [name, one] of expected) {
		const member = memberOf(id, name);
		add(EXPECTED, member, one.at);
		add(OVERDUE, member, one.announced && isOpen(one) ? one.at : null);
	}
	return places;
}

function knownPlaces(id: RecordId, job: JobState): Place[] {
	const { seen } = job;
	const known = asKnownJob(id, job);
	return [
		...(seen ? [{ key: MADE, member: id, score: seen.createdAt }] : []),
		...(known
			? [{ key: jobsInKey(known.state), member: id, score: known.createdAt }]
			: []),
	];
}

/** Places a job by its state that was changed last before there were such places. */
export function placingKnown(id: RecordId, job: JobState): Command[] {
	return moves([], knownPlaces(id, job));
}
