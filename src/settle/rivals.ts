import type { Job } from "../airtable/job-record.ts";
import type { Records } from "../airtable/records.ts";
import type { RecordId } from "../job.ts";
import type { OperationName } from "../operations.ts";
import type { Memory } from "./memory.ts";

type Needs = {
	records: Pick<Records, "jobs">;
	memory: Pick<Memory, "newestFor">;
};

/** A job, and the target that it is closed for. */
type Wish = { job: Job; operation: OperationName; targetId: RecordId };

/**
 * Which of these jobs a newer one stands before, at its target. One whose own record does not name the target, but
 * only its webhook did, stands before none whose record does. @throws Transient
 */
export async function rivalsOf(
	{ records, memory }: Needs,
	wishes: readonly Wish[],
): Promise<ReadonlySet<RecordId>> {
	const rivals = new Map<Wish, RecordId>();
	for (const wish of wishes) {
		const { job, operation, targetId } = wish;
		const newest = await memory.newestFor(targetId, operation);
		if (newest !== null && newest !== job.id) rivals.set(wish, newest);
	}
	const bySelf = ({ job, operation, targetId }: Wish) =>
		job.targetFor(operation) === targetId;
	const doubted = [...rivals].flatMap(([wish, id]) =>
		bySelf(wish) ? [id] : [],
	);
	const read = new Map(
		(await records.jobs(doubted)).map((job) => [job.id, job]),
	);
	const stands = ([wish, id]: [Wish, RecordId]) => {
		const rival = read.get(id);
		return !rival || !bySelf(wish) || bySelf({ ...wish, job: rival });
	};
	return new Set([...rivals].filter(stands).map(([{ job }]) => job.id));
}
