import type { RecordId } from "../../../job.ts";
import type { KnownJob } from "../../ledger/known-jobs.ts";

/** Jobs, by when something was last heard of them. */
export const JOBS = "nca:jobs";
/** Those whose record was seen, by when they were made. */
export const MADE = "nca:jobs:made";
export const jobsInKey = (state: KnownJob["state"]) => `nca:jobs:in:${state}`;
/** Runs that are stuck: by when a round found them last, since when, and since when NCA is at work. */
export const LISTED = "nca:listed";
export const STUCK = "nca:stuck";
export const BUSY = "nca:busy";
/** Webhooks that are to come, by when; of those, what is announced and still waited for. */
export const EXPECTED = "nca:expected";
export const OVERDUE = "nca:overdue";

export const jobKey = (jobId: string) => `nca:job:${jobId}`;
/** Jobs of a target and an operation, by when they were made. */
export const targetKey = (targetId: string, operation: string) =>
	`nca:target:${operation}:${targetId}`;
/** Jobs that have borne NCA's id, by when they were first seen to. */
export const runsKey = (ncaJobId: string) => `nca:run:${ncaJobId}`;

/** A run in a sorted set. A record's id holds no `:`. */
export const memberOf = (jobId: string, name: string) => `${jobId}:${name}`;
/** The run of a member, by its job and its name. */
export function runIn(member: string): { jobId: RecordId; name: string } {
	const at = member.indexOf(":");
	return {
		jobId: member.slice(0, at) as RecordId,
		name: member.slice(at + 1),
	};
}
