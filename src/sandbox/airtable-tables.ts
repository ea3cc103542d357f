import type { Base, Fields } from "./airtable-base.ts";
import { type Schema, wrongField } from "./airtable-schema.ts";
import { compileFormula } from "./formula.ts";

/** Why a request is refused: HTTP status, and Airtable's type and message. */
export type Refusal = readonly [status: number, type: string, message: string];

/** A table of the base, and what its fields take. */
export type Table = {
	name: string;
	records: NonNullable<ReturnType<Base["table"]>>;
	kinds: Schema[string];
};

/** What is asked of a list; no fields: all of them. */
export type Listing = {
	fields: string[];
	formula: string | null;
	offset: string | null;
};

/** As many as Airtable lists in a page, and takes in a PATCH. */
const PAGE = 100;
const BATCH = 10;

/** A page of a table's records. */
export function listPage(
	{ records, kinds }: Table,
	{ fields, formula, offset }: Listing,
): { records: { id: string; fields: Fields }[]; offset?: string } | Refusal {
	const unknown = fields.find((field) => !kinds[field]);
	if (unknown) {
		const message = `Unknown field name: "${unknown}"`;
		return [422, "UNKNOWN_FIELD_NAME", message];
	}
	const matches = compiled(formula);
	if (typeof matches !== "function") return matches;
	const candidates = named(records, formula) ?? records.values();
	const found = [...candidates].filter(matches);
	const start = Number(offset?.replace("itr", "") ?? 0);
	const page = found.slice(start, start + PAGE).map((record) => ({
		...record,
		fields: only(record.fields, fields),
	}));
	const next = start + PAGE;
	return {
		records: page,
		...(next < found.length && { offset: `itr${next}` }),
	};
}

/** Why Airtable takes none of these updates: one that is wrong is enough; null where it takes all. */
export function wrongUpdates(
	{ records, kinds }: Table,
	updates: readonly { id: string; fields: Fields }[],
): Refusal | null {
	const { length } = updates;
	const distinct = new Set(updates.map(({ id }) => id)).size;
	if (length === 0 || length > BATCH || distinct < length) {
		const message = `From 1 to ${BATCH} records, each once`;
		return [422, "INVALID_RECORDS", message];
	}
	for (const { id, fields } of updates) {
		const wrong = records.has(id)
			? wrongField(kinds, fields)
			: {
					type: "ROW_DOES_NOT_EXIST",
					message: `Record ID ${id} does not exist`,
				};
		if (wrong) return [422, wrong.type, wrong.message];
	}
	return null;
}

function compiled(
	formula: string | null,
): ReturnType<typeof compileFormula> | Refusal {
	try {
		return formula ? compileFormula(formula) : () => true;
	} catch (error) {
		return [422, "INVALID_FILTER_BY_FORMULA", String(error)];
	}
}

/** The records that a formula names, where it is but a list of ids: to try each record on each id takes long. */
function named<T>(
	records: ReadonlyMap<string, T>,
	formula: string | null,
): T[] | null {
	const ids = /^OR\((RECORD_ID\(\)='\w+',?)+\)$/.test(formula ?? "")
		? [...(formula ?? "").matchAll(/'(\w+)'/g)].map(([, id = ""]) => id)
		: null;
	return ids?.flatMap((id) => records.get(id) ?? []) ?? null;
}

function only(fields: Fields, names: string[]): Fields {
	if (names.length === 0) return fields;
	return Object.fromEntries(
		Object.entries(fields).filter(([name]) => names.includes(name)),
	);
}
