import type { Fields } from "./answers.ts";

/** Records to be listed. `fields` null: all of them. */
export type Query = {
	table: string;
	fields: readonly string[] | null;
	formula: string;
};

/** What is to be written into one record. */
export type Update = { id: string; fields: Fields };

/** A call of Airtable's Web API, below the base. */
export type Request = {
	method: "GET" | "PATCH" | "POST";
	path: string;
	qs?: Record<string, unknown>;
	body?: unknown;
};

/** Longer GETs are refused at 16,000: https://support.airtable.com/docs/enforcement-of-url-length-limit-for-web-api-requests */
const LONGEST_URL = 15_000;

/** One page of a list, from the cursor on that the page before it named. */
export function listRequest(
	{ table, fields, formula }: Query,
	offset: string | undefined,
): Request {
	const path = `/${encodeURIComponent(table)}`;
	const params = {
		...(fields && { fields }),
		filterByFormula: formula,
		pageSize: 100,
		...(offset && { offset }),
	};
	const length = encodeURIComponent(JSON.stringify(params)).length;
	return length < LONGEST_URL
		? { method: "GET", path, qs: params }
		: { method: "POST", path: `${path}/listRecords`, body: params };
}

/** Writes fields into records; what a field does not take is refused, not made to fit. */
export function updateRequest(
	table: string,
	updates: readonly Update[],
): Request {
	return {
		method: "PATCH",
		path: `/${encodeURIComponent(table)}`,
		body: { records: updates, typecast: false },
	};
}
