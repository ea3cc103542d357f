import type { Entry } from "./inbox.ts";

/** Of a record beside its texts and its body, about, bytes. */
export const RECORD_BYTES = 512;

/** What a request takes that is recorded, about, bytes. */
export function entryBytes({
	body,
	query,
	userAgent,
}: Pick<Entry, "body" | "query" | "userAgent">): number {
	return RECORD_BYTES + body.length + query.length + userAgent.length;
}
