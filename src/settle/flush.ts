import type { Update } from "../airtable/gateway.ts";
import type { Write, Written } from "../airtable/write.ts";
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

/** Writes targets first and jobs last: a job is closed only when its target holds what it made. */
export async function flush(
	write: Write,
	planned: readonly Planned[],
): Promise<Map<RecordId, Flushed>> {
	const flushed = new Map<RecordId, Flushed>();
	for (const table of ["Segments", "Videos"] as const) {
		const open = await flushTargets(write, table, planned);
		for (const [id, how] of open) flushed.set(id, how);
	}
	const closing = planned.filter(({ closing }) => !flushed.has(closing.job.id));
	const updates = closing.map(({ closing, plan }) => ({
		id: closing.job.id,
		fields: plan.job,
	}));
	for (const [id, how] of await write("Jobs", updates, isStatus)) {
		flushed.set(id as RecordId, { ...how, table: "Jobs" });
	}
	return flushed;
}

/** What one job changes in its target. */
type Part = { jobId: RecordId; update: Update };

/** @returns the jobs whose target could not be written, and why */
async function flushTargets(
	write: Write,
	table: TargetTable,
	planned: readonly Planned[],
): Promise<Map<RecordId, Flushed>> {
	const parts = planned.flatMap((one) => partOf(table, one));
	const byTarget = Map.groupBy(parts, ({ update }) => update.id);
	const merged = [...byTarget].map(([id, some]) => ({
		id,
		fields: Object.assign({}, ...some.map(({ update }) => update.fields)),
	}));
	const results = await write(table, merged, isFile);

	const open = new Map<RecordId, Flushed>();
	for (const [id, some] of byTarget) {
		for (const { jobId, update } of some) {
			let how = results.get(id);
			// What was refused may be another job's field: each part is then tried by itself.
			if (how?.kind === "refused" && some.length > 1) {
				how = (await write(table, [update], isFile)).get(id);
			}
			if (how?.kind === "written") continue;
			open.set(jobId, { ...(how ?? { kind: "gone" }), table });
		}
	}
	return open;
}

function partOf(table: TargetTable, { closing, plan }: Planned): Part[] {
	const { operation, target, job } = closing;
	if (operation === null || target === null) return [];
	if (operationByName(operation).table !== table) return [];
	if (Object.keys(plan.target).length === 0) return [];
	return [{ jobId: job.id, update: { id: target.id, fields: plan.target } }];
}
