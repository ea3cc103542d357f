import type { Permanent } from "../errors.ts";

/** How long what Airtable refused is not sent again, ms: a person may have mended the base. */
const REMEMBERED_MS = 10 * 60_000;
/** Where a job waits for it, that is soon tried again. */
const REMEMBERED_ESSENTIAL_MS = 60_000;

/** Fields, and values of select fields, that Airtable refuses whatever the record. */
export type Refusals = {
	learn(refused: Refused, fault: Permanent, isEssential: boolean): void;
	/** Why Airtable refuses it, where that is known. */
	why(refused: Refused): string | null;
};

type Refused = { table: string; field: string; value: unknown };

/** Remembers refusals for as long as they are not tried again. @param now ms since the epoch */
export function createRefusals(now: () => number): Refusals {
	const known = new Map<string, { until: number; why: string }>();

	return {
		learn({ table, field, value }, fault, isEssential) {
			const ms = isEssential ? REMEMBERED_ESSENTIAL_MS : REMEMBERED_MS;
			const refused = { until: now() + ms, why: fault.message };
			if (fault.code === "UNKNOWN_FIELD_NAME") {
				known.set(key(table, field), refused);
			}
			if (fault.code === "INVALID_MULTIPLE_CHOICE_OPTIONS") {
				known.set(key(table, field, value), refused);
			}
		},
		why({ table, field, value }) {
			const refused = [key(table, field), key(table, field, value)]
				.map((one) => known.get(one))
				.find((one) => one !== undefined && one.until > now());
			return refused?.why ?? null;
		},
	};
}

function key(...parts: unknown[]): string {
	return JSON.stringify(parts);
}
