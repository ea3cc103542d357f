import type { Records } from "../airtable/records.ts";
import type { Target } from "../airtable/target-record.ts";
import type { RecordId } from "../job.ts";
import {
	type OperationName,
	operationByName,
	type TargetTable,
} from "../operations.ts";

type Named = { operation: OperationName | null; targetId: RecordId | null };

/** Reads the targets of these, by id, a table at a time. @throws Transient */
export async function readTargets(
	records: Pick<Records, "targets">,
	named: readonly Named[],
): Promise<Map<string, Target>> {
	const wanted: Record<TargetTable, RecordId[]> = { Segments: [], Videos: [] };
	for (const { operation, targetId } of named) {
		if (operation && targetId)
			wanted[operationByName(operation).table].push(targetId);
	}
	const found = await Promise.all([
		records.targets("Segments", wanted.Segments),
		records.targets("Videos", wanted.Videos),
	]);
	return new Map(found.flat().map((target) => [target.id, target]));
}
