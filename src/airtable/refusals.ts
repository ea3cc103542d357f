import type { Permanent } from "../errors.ts";

/** How long what Airtable refused is not sent again, ms: a person may have mended the base. */
const REMEMBERED_MS = 10 * 60_000;

/** Fields, and values of select fields, that Airtable refuses whatever the record. */
export type Refusals = {
	learn(table: string, field: string, value: unknown, fault: Permanent): void;
	/** Why Airtable refuses it, where that is known. */
	why(table: string, field: string, value: unknown): string | null;
};

export function createRefusals(now: () => number): Refusals {
	const known = new Map<string, { until: number; why: string }>();

	return {
		learn(table, field, value, fault) {
			const refused = { until: now() + REMEMBERED_MS, why: fault.message };
			if (fault.code === "UNKNOWN_FIELD_NAME") {
				known.set(key(table, field), refused);
			}
			if (fault.code === "INVALID_MULTIPLE_CHOICE_OPTIONS") {
				known.set(key(table, field, value), refused);
			}
		},
		why(table, field, value) {
			return (
				[key(table, field), key(table, field, value)]
					.map((one) => known.get(one))
					.find((refused) => refused !== undefined && refused.until > now())
					?.why ?? null
			);
		},
	};
}

function key(...parts: unknown[]): string {
	return JSON.stringify(parts);
}
