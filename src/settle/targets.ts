import type { Records } from "../airtable/records.ts";
import type { Target } from "../airtable/target-record.ts";
import type { Delivery, Reading, RecordId } from "../job.ts";
import { type OperationName, operationByName } from "../operations.ts";
import { type Case, operationOf, targetOf } from "./case.ts";
import type { Memory } from "./memory.ts";

type Needs = {
	records: Pick<Records, "targets">;
	memory: Pick<Memory, "recall">;
	read: (delivery: Delivery) => Reading;
};

type Named = { operation: OperationName | null; targetId: RecordId | null };

/** What a job was made for: as its record says, or else its webhook. */
export function namedBy(one: Case): Named {
	const operation = operationOf(one);
	return { operation, targetId: operation && targetOf(one, operation) };
}

/** Targets by where they stand: an id of another table is none of an operation's. */
type Targets = ReadonlyMap<string, Target>;

/** Targets that are being read already. */
export type Early = { places: ReadonlySet<string>; found: Promise<Targets> };

const NONE: Early = { places: new Set(), found: Promise.resolve(new Map()) };

/** The target of this operation, where it was found. */
export function targetIn(targets: Targets, named: Named): Target | null {
	return targets.get(placeOf(named) ?? "") ?? null;
}

function placeOf({ operation, targetId }: Named): string | null {
	return operation && targetId
		? `${operationByName(operation).table}/${targetId}`
		: null;
}

/** Reads the targets of these, a table at a time; not again what was asked for early. @throws Transient */
export async function readTargets(
	records: Pick<Records, "targets">,
	named: readonly Named[],
	early: Early = NONE,
): Promise<Targets> {
	const wanted = named.flatMap((one) => {
		const { operation, targetId } = one;
		return operation && targetId && !early.places.has(placeOf(one) ?? "")
			? [{ table: operationByName(operation).table, targetId }]
			: [];
	});
	const tables = Map.groupBy(wanted, ({ table }) => table);
	const read = [...tables].map(async ([table, some]) => {
		const ids = some.map(({ targetId }) => targetId);
		const found = await records.targets(table, ids);
		return found.map((target) => [`${table}/${target.id}`, target] as const);
	});
	return new Map([...(await early.found), ...(await Promise.all(read)).flat()]);
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
	const places = known.flatMap((one) => placeOf(one) ?? []);
	return { places: new Set(places), found };
}
