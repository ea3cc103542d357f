type Details = { code: string; status?: number | undefined; cause?: unknown };

/** A fault translated at a vendor's door: named for what to do, its cause kept. */
abstract class Fault extends Error {
	/** The vendor's own type of fault, or ours, e.g. `UNKNOWN_FIELD_NAME`. */
	readonly code: string;
	/** HTTP status, where there was an answer. */
	readonly status: number | undefined;

	constructor(message: string, { code, status, cause }: Details) {
		super(message, { cause });
		this.code = code;
		this.status = status;
	}
}

/** Again later: what was asked may well succeed when the dependency recovers. */
export class Transient extends Fault {
	override readonly name = "Transient";
}

/** Never: the same request will be refused again. */
export class Permanent extends Fault {
	override readonly name = "Permanent";
}

/** What keeps the program from starting, told to a person: it says what is wrong and what to do. */
export class StartError extends Error {
	override readonly name: string = "StartError";
}

/** The fields of a fault that are safe in a log line: never the cause, which may hold a request with its key. */
export function faultFields(error: unknown): Record<string, unknown> {
	if (error instanceof Fault) {
		return { fault: error.code, status: error.status, why: error.message };
	}
	if (error instanceof Error) {
		return { fault: error.name, why: error.message, stack: error.stack };
	}
	return { fault: "unknown", why: String(error) };
}
