import type { Results, Written } from "../airtable/attempt.ts";
import type { Update } from "../airtable/requests.ts";
import { MOST, type Write } from "../airtable/write.ts";
import type { RecordId } from "../job.ts";
import {
	operationByName,
	operations,
	type TargetTable,
} from "../operations.ts";
import type { Closing, Plan } from "./plan.ts";

type Planned = {
	closing: Pick<Closing, "job" | "operation" | "target">;
	plan: Pick<Plan, "target" | "job">;
};

/** What kept a job open, or that it is closed. */
export type Flushed = Written & { table?: string };

const ATTACHMENTS = new Set<string>(
	Object.values(operations).map((row) => row.attachment),
);
const isFile = (field: string) => ATTACHMENTS.has(field);
const isStatus = (field: string) => field === "Status";

/**
 * Writes targets first and jobs last: a job is closed only when its target holds what it made. It does not wait for the
 * targets of others, so that Airtable is never idle in between.
 */
export async function flush(
	write: Write,
	planned: readonly Planned[],
): Promise<Map<RecordId, Flushed>> {
	const flushed = new Map<RecordId, Flushed>();
	const updates = new Map(
		planned.map(({ closing: { job }, plan }) => [
			job.id,
			{ id: job.id, fields: plan.job },
		]),
	);
	const ready: Update[] = [];
	const writes: Promise<Results>[] = [];

	/** Only whole batches go before the last. */
	function close(jobs: Iterable<RecordId>, least = MOST): void {
		for (const id of jobs) {
			const update = updates.get(id);
			if (update) ready.push(update);
		}
		while (ready.length >= least) {
			const batch = write("Jobs", ready.splice(0, MOST), isStatus);
			// It is thrown below, when all are waited for.
			batch.catch(() => {});
			writes.push(batch);
		}
	}

	const parts = planned.flatMap(partsOf);
	const withTarget = new Set(parts.map(({ jobId }) => jobId));
	close([...updates.keys()].filter((id) => !withTarget.has(id)));
	const tables = Map.groupBy(parts, ({ table }) => table);
	for (const open of await Promise.all(
		[...tables].map(([table, some]) => flushTargets(write, table, some, close)),
	))
		for (const [id, how] of open) flushed.set(id, how);
	close([], 1);
	for (const results of await Promise.all(writes))
		for (const [id, how] of results)
			flushed.set(id as RecordId, { ...how, table: "Jobs" });
	return flushed;
}

/** What one job changes in its target. */
type Part = { jobId: RecordId; table: TargetTable; update: Update };

/**
 * @param close is told of the jobs whose target is written
 * @returns those whose target could not be written, and why
 */
async function flushTargets(
	write: Write,
	table: TargetTable,
	parts: readonly Part[],
	close: (jobs: Iterable<RecordId>) => void,
): Promise<Map<RecordId, Flushed>> {
	const byTarget = Map.groupBy(parts, ({ update }) => update.id);
	const merged = [...byTarget].map(([id, some]) => ({
		id,
		fields: Object.assign({}, ...some.map(({ update }) => update.fields)),
	}));
	const results = await write(table, merged, isFile, (some) => {
		for (const [id, how] of some)
			if (how.kind === "written")
				close((byTarget.get(id) ?? []).map(({ jobId }) => jobId));
	});

	const open = new Map<RecordId, Flushed>();
	for (const [id, some] of byTarget) {
		const all = results.get(id);
		if (all?.kind === "written") continue;
		for (const { jobId, update } of some) {
			let how: Written | undefined = all;
			// What was refused may be another job's field: each part is then tried by itself.
			if (all?.kind === "refused" && some.length > 1)
				how = (await write(table, [update], isFile)).get(id);
			if (how?.kind === "written") close([jobId]);
			else open.set(jobId, { ...(how ?? { kind: "gone" }), table });
		}
	}
	return open;
}

function partsOf({ closing, plan }: Planned): Part[] {
	const { operation, target, job } = closing;
	if (operation === null || target === null) return [];
	if (Object.keys(plan.target).length === 0) return [];
	const { table } = operationByName(operation);
	const update = { id: target.id, fields: plan.target };
	return [{ jobId: job.id, table, update }];
}
