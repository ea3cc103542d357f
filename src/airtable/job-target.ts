import { asRecordId, type RecordId } from "../job.ts";
import { type OperationName, operationByName } from "../operations.ts";
import type { Fields } from "./answers.ts";
import { type Literal, parseRepr } from "./repr.ts";

/**
 * The target of an operation, as far as a job's record names it, the most trusted place first.
 * @param query of its webhook URL
 */
export function targetOf(
	operation: OperationName,
	query: URLSearchParams,
	fields: Fields,
): RecordId | null {
	const { target } = operationByName(operation);
	const named = firstId([
		...target.query.map((name) => query.get(name)),
		fields[target.link],
	]);
	// To read it takes long, and mostly nobody needs it.
	if (named) return named;
	const payload = payloadOf(fields["Request Payload"]);
	return firstId(target.payload.map((name) => payload.get(name)));
}

function firstId(candidates: readonly unknown[]): RecordId | null {
	return (
		candidates
			.map((one) => asRecordId(Array.isArray(one) ? onlyOf(one) : one))
			.find((found) => found !== null) ?? null
	);
}

/** Of several one would be a guess. */
function onlyOf(ids: readonly unknown[]): unknown {
	return ids.length === 1 ? ids[0] : null;
}

/** JSON in some builds of the engine, a Python `repr` in others; what cannot be read says nothing. */
function payloadOf(field: unknown): Map<string, Literal> {
	const source = typeof field === "string" ? field.trim() : "";
	const literal = fromJson(source) ?? parseRepr(source);
	return literal instanceof Map ? literal : new Map();
}

function fromJson(source: string): Map<string, Literal> | undefined {
	try {
		const value: unknown = JSON.parse(source);
		return typeof value === "object" && value !== null
			? new Map(Object.entries(value))
			: undefined;
	} catch {
		return undefined;
	}
}
