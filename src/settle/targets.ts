import type { Records } from "../airtable/records.ts";
import type { Target } from "../airtable/target-record.ts";
import type { Delivery, Reading, RecordId } from "../job.ts";
import {
	type OperationName,
	operationByName,
	type TargetTable,
} from "../operations.ts";
import type { Memory } from "./memory.ts";

type Needs = {
	records: Pick<Records, "targets">;
	memory: Pick<Memory, "recall">;
	read: (delivery: Delivery) => Reading;
};

type Named = { operation: OperationName | null; targetId: RecordId | null };

/** Targets that are being read already. */
export type Early = {
	ids: ReadonlySet<RecordId | null>;
	found: Promise<Map<string, Target>>;
};

const NONE: Early = { ids: new Set(), found: Promise.resolve(new Map()) };

/** Reads the targets of these, by id, a table at a time; not again what was asked for early. @throws Transient */
export async function readTargets(
	records: Pick<Records, "targets">,
	named: readonly Named[],
	early: Early = NONE,
): Promise<Map<string, Target>> {
	const wanted: Record<TargetTable, RecordId[]> = { Segments: [], Videos: [] };
	for (const { operation, targetId } of named) {
		if (operation && targetId && !early.ids.has(targetId))
			wanted[operationByName(operation).table].push(targetId);
	}
	const found = await Promise.all([
		records.targets("Segments", wanted.Segments),
		records.targets("Videos", wanted.Videos),
	]);
	const read = found.flat().map((target) => [target.id, target] as const);
	return new Map([...(await early.found), ...read]);
}

/**
 * Begins to read the targets of what we have found ourselves, as the ledger knows them, while their jobs are read: it
 * is all but sure that they will be written. Of a webhook it is not, and each read counts.
 */
export async function readEarly(
	{ records, memory, read }: Needs,
	batch: readonly Delivery[],
): Promise<Early> {
	const ours = batch.filter(({ proof }) => proof === "own");
	const ids = ours.flatMap((one) => read(one).jobId ?? []);
	const known = [...(await memory.recall(ids)).values()];
	const found = readTargets(records, known);
	// It is thrown where it is waited for, if it is.
	found.catch(() => {});
	return { ids: new Set(known.map(({ targetId }) => targetId)), found };
}
