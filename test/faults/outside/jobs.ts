import {
	type OperationName,
	operationByName,
} from "../../../src/operations.ts";
import { composeFailure, composeSuccess } from "../../bodies.ts";
import { makeJob, type TestJob } from "../../jobs.ts";
import { MINUTE, type SetUp, START } from "../../set-up.ts";

/** A job, and how it has truly ended: `nothing`: it is at work. */
export type TrueJob = TestJob & {
	operation: OperationName;
	ends: "completed" | "failed" | "nothing";
};

type Places = Pick<SetUp, "airtable" | "spaces" | "clock">;

const OPERATIONS = [
	"combine",
	"image_zoom",
	"concatenate",
	"add_music",
] as const satisfies OperationName[];

/** One of which nothing else is known yet: every operation has its turn. */
export function makeTrueJob(
	bench: Places,
	nth: number,
	ends: TrueJob["ends"],
	ageMs = 0,
): TrueJob {
	const operation = OPERATIONS[nth % OPERATIONS.length] ?? "combine";
	const age = START - bench.clock.now() + ageMs;
	const job = { ...makeJob(bench, operation, {}, age), operation, ends };
	if (ends === "completed") bench.spaces.put(job.file, 10);
	return job;
}

/** What NCA posts of it. */
export function bodyOf({ spaces }: Pick<SetUp, "spaces">, job: TrueJob) {
	return job.ends === "failed"
		? composeFailure(job.id, job.ncaJobId)
		: composeSuccess(job.id, job.ncaJobId, `${spaces.base}/${job.file}`);
}

/** How old a job is that a round looks for, ms. */
export const STUCK_MS = 6 * MINUTE;

/** Whether a record of it and its target stand as they must. */
export function isSettled(
	{ airtable }: Pick<SetUp, "airtable">,
	{ id, targetId, file, operation, ends }: TrueJob,
): boolean {
	const { table, attachment, completed, failed } = operationByName(operation);
	const job = airtable.get("Jobs", id);
	const target = airtable.get(table, targetId);
	if (ends === "nothing")
		return job.Status === "processing" && !("Response Payload" in job);
	const wanted = ends === "completed" ? [file] : [];
	const status = ends === "completed" ? completed : failed;
	return (
		job.Status === ends &&
		JSON.stringify(namesIn(target[attachment])) === JSON.stringify(wanted) &&
		(status === undefined || target.Status === status)
	);
}

export function namesIn(value: unknown): unknown[] {
	return Array.isArray(value) ? value.map(({ filename }) => filename) : [];
}
