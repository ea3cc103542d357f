import type { Update } from "../airtable/gateway.ts";
import type { Write, Written } from "../airtable/write.ts";
import type { RecordId } from "../job.ts";
import {
	operationByName,
	operations,
	type TargetTable,
} from "../operations.ts";
import type { Closing, Plan } from "./plan.ts";

export type Planned = { closing: Closing; plan: Plan };

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
		for (const [id, how] of await flushTargets(write, table, planned))
			flushed.set(id, how);
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

/** @returns the jobs whose target could not be written, and why */
async function flushTargets(
	write: Write,
	table: TargetTable,
	planned: readonly Planned[],
): Promise<Map<RecordId, Flushed>> {
	const changes = planned.filter(
		({ closing, plan }) =>
			closing.operation !== null &&
			operationByName(closing.operation).table === table &&
			Object.keys(plan.target).length > 0,
	);
	const byTarget = Map.groupBy(changes, ({ closing }) => closing.target?.id);
	const merged = [...byTarget].map(([id, parts]) => asUpdate(id, parts));
	const results = await write(table, merged, isFile);

	const open = new Map<RecordId, Flushed>();
	for (const [id, parts] of byTarget) {
		for (const part of parts) {
			const shared = results.get(id ?? "");
			// What was refused may be another job's field: each part is then tried by itself.
			const how =
				shared?.kind === "refused" && parts.length > 1
					? (await write(table, [asUpdate(id, [part])], isFile)).get(id ?? "")
					: shared;
			if (how && how.kind !== "written")
				open.set(part.closing.job.id, { ...how, table });
		}
	}
	return open;
}

function asUpdate(id: string | undefined, parts: readonly Planned[]): Update {
	const fields = Object.assign({}, ...parts.map(({ plan }) => plan.target));
	return { id: id ?? "", fields };
}
