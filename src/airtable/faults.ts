import { z } from "zod";
import { Permanent, Transient } from "../errors.ts";
import type { Request } from "./requests.ts";

/** A list's cursor that Airtable has forgotten: begin again. */
export const LOST_CURSOR = "LIST_RECORDS_ITERATOR_NOT_AVAILABLE";
/** Statuses that can blame what was sent; any other speaks of us, the base, the way there or the moment. */
const OF_THE_RECORD = new Set([400, 413, 422]);

const rejection = z.object({
	error: z.string(),
	message: z.string(),
	statusCode: z.number().nullish(),
});

/** The package rejects with an object that is no Error; of an HTML answer only its status is to be trusted. */
export function translate(
	error: unknown,
	{ method, path }: Request,
): Transient | Permanent {
	if (error instanceof Transient || error instanceof Permanent) return error;
	const { type, message, status } = vendorError(error);
	const details = { code: type, status, cause: error };
	const text = `Airtable ${method} ${decodeURIComponent(path)}: ${status ?? "no answer"} ${type}: ${message}`;
	// What a read is refused for is the state of the base, never of a record; so is what no JSON came with.
	const ofRecord =
		method === "PATCH" &&
		status !== undefined &&
		OF_THE_RECORD.has(status) &&
		(type !== "UNEXPECTED_ERROR" || status === 413);
	return ofRecord ? new Permanent(text, details) : new Transient(text, details);
}

/** What blames a record, or a list's cursor that is old, says nothing of how Airtable is. */
export function isAirtables(fault: Transient | Permanent): boolean {
	return fault instanceof Transient && fault.code !== LOST_CURSOR;
}

/** The base was locked out again and again while a call waited for its turn. */
export function lockedOut(): Transient {
	return new Transient("Airtable locks the base out again and again", {
		code: "LOCKED_OUT",
		status: 429,
	});
}

/** A list that would never end. */
export function repeatedCursor(table: string): Transient {
	return new Transient(`Airtable named a page of ${table} twice`, {
		code: "REPEATED_CURSOR",
		status: 200,
	});
}

function vendorError(error: unknown): {
	type: string;
	message: string;
	status: number | undefined;
} {
	const { data } = rejection.safeParse(error);
	if (!data)
		return {
			type: "UNKNOWN",
			message: "an unexpected fault in the client",
			status: undefined,
		};
	// Of a connection that failed it names the whole URL.
	const message = data.message.replace(/\?\S*/g, "");
	return { type: data.error, message, status: data.statusCode ?? undefined };
}
