import Airtable from "airtable";
import { z } from "zod";
import { Permanent, Transient } from "../errors.ts";
import type { Log } from "../log.ts";
import { guarded } from "./guarded.ts";
import type { Limiter } from "./limiter.ts";

const record = z.object({
	id: z.string(),
	createdTime: z.string().refine((text) => !Number.isNaN(Date.parse(text))),
	fields: z.record(z.string(), z.unknown()),
});
const page = z.object({
	records: z.array(record),
	offset: z.string().optional(),
});
const updated = z.object({
	records: z.array(z.unknown()),
	details: z
		.object({ reasons: z.array(z.string()) })
		.nullish()
		.catch(null),
});

/** A record as Airtable tells it; empty fields are left out. */
export type AirtableRecord = z.infer<typeof record>;
export type Fields = Record<string, unknown>;
export type Update = { id: string; fields: Fields };
/** `fields` null: all of them. */
export type Query = {
	table: string;
	fields: readonly string[] | null;
	formula: string;
};

/** The one door to Airtable. Every fault is a Transient or a Permanent, with Airtable's own type and message. */
export type Gateway = {
	/** All records that the formula finds, page by page, each once: of thousands not all need be held. @throws Transient */
	pages(query: Query): AsyncIterable<AirtableRecord[]>;
	/** One PATCH of at most 10 records; Airtable takes all or none. @throws Transient, Permanent */
	update(table: string, updates: readonly Update[]): Promise<void>;
};

/** How a call ended. `fault`: of Airtable's, the base's or the way's; what only the request is to blame for is none. */
export type AirtableAnswer = {
	/** HTTP status; null where there was no answer. */
	status: number | null;
	fault: string | null;
};

type Needs = {
	apiKey: string;
	baseId: string;
	endpointUrl: string;
	limiter: Limiter;
	/** Asked before each write. @throws Transient where it is another's to make */
	mayWrite: () => Promise<void>;
	/** A call is about to be sent. Never throws: what it does must not keep the call from going. */
	goes?: () => Promise<void>;
	/** What came of one. */
	heard?: (answer: AirtableAnswer) => void;
	/** For one call, from the request to the last byte of the answer. */
	deadlineMs: number;
	log: Log;
};

type Request = {
	method: "GET" | "PATCH" | "POST";
	path: string;
	qs?: Record<string, unknown>;
	body?: unknown;
};

/** Longer GETs are refused at 16,000: https://support.airtable.com/docs/enforcement-of-url-length-limit-for-web-api-requests */
const LONGEST_URL = 15_000;
/** A list's cursor that Airtable has forgotten: begin again. */
const LOST_CURSOR = "LIST_RECORDS_ITERATOR_NOT_AVAILABLE";
/** Who has waited through so many lock-outs waits for no third: each takes 30 s, and many wait in line. */
const MOST_LOCKOUTS = 2;
/** Statuses that can blame what was sent; any other speaks of us, the base, the way there or the moment. */
const OF_THE_RECORD = new Set([400, 413, 422]);

export function createGateway({
	apiKey,
	baseId,
	endpointUrl,
	limiter,
	mayWrite,
	goes = async () => {},
	heard = () => {},
	deadlineMs,
	log,
}: Needs): Gateway {
	const base = new Airtable({
		apiKey,
		endpointUrl,
		// Its own retries of a 429 know neither a cap nor a deadline.
		noRetryIfRateLimited: true,
		requestTimeout: deadlineMs,
		// What would be packed is not unpacked: a little can become a lot.
		customHeaders: { "Accept-Encoding": "identity" },
	}).base(baseId);
	let lockouts = 0;

	/** @throws Transient, Permanent */
	async function call<T>(request: Request, shape: z.ZodType<T>): Promise<T> {
		const before = lockouts;
		const over = await limiter.turn(`${request.method} ${request.path}`);
		let done = false;
		try {
			if (lockouts - before >= MOST_LOCKOUTS) throw lockedOut();
			if (request.method === "PATCH") await mayWrite();
			await goes();
			const answer = await send(request, shape);
			done = true;
			return answer;
		} catch (error) {
			throw translate(error, request);
		} finally {
			over(done);
		}
	}

	/** @throws Transient, Permanent */
	async function send<T>(request: Request, shape: z.ZodType<T>): Promise<T> {
		try {
			const answer = await guarded(deadlineMs, () => base.makeRequest(request));
			const parsed = shape.safeParse(answer.body);
			// Of a redirect, whatever it says besides, nothing is believed.
			if (!parsed.success || answer.statusCode !== 200)
				throw new Transient("Airtable answered in an unknown shape", {
					code: "UNKNOWN_SHAPE",
					status: answer.statusCode,
				});
			heard({ status: answer.statusCode, fault: null });
			return parsed.data;
		} catch (error) {
			const fault = translate(error, request);
			const { status = null } = fault;
			heard({ status, fault: isAirtables(fault) ? fault.message : null });
			if (status === 429) {
				lockouts += 1;
				await limiter.throttled();
				log.warn({ path: request.path }, "airtable throttled");
			}
			throw fault;
		}
	}

	/** A read changes nothing, so it is tried once more after a fault of the moment. */
	async function read<T>(request: Request, shape: z.ZodType<T>): Promise<T> {
		try {
			return await call(request, shape);
		} catch (error) {
			const { status = 500 } = error as Transient;
			if (status >= 400 && status < 500) throw error;
			return call(request, shape);
		}
	}

	async function* once(query: Query): AsyncGenerator<AirtableRecord[]> {
		const seen = new Set<string>();
		let offset: string | undefined;
		for (;;) {
			const next = await read(listRequest(query, offset), page);
			yield next.records;
			offset = next.offset;
			if (offset === undefined) return;
			// It would go round for ever; and to take this for the end would be to say that there are no more records.
			if (seen.has(offset)) throw repeatedCursor(query.table);
			seen.add(offset);
		}
	}

	async function* pages(query: Query): AsyncGenerator<AirtableRecord[]> {
		const told = new Set<string>();
		const untold = (records: AirtableRecord[]) =>
			records.filter(({ id }) => !told.has(id) && told.add(id));
		try {
			for await (const records of once(query)) yield untold(records);
		} catch (error) {
			if (!(error instanceof Transient) || error.code !== LOST_CURSOR)
				throw error;
			for await (const records of once(query)) yield untold(records);
		}
	}

	return {
		pages,
		async update(table, updates) {
			const { details } = await call(
				{
					method: "PATCH",
					path: `/${encodeURIComponent(table)}`,
					body: { records: updates, typecast: false },
				},
				updated,
			);
			if (details)
				log.warn(
					{ table, reasons: details.reasons, ids: updates.map(({ id }) => id) },
					"airtable kept only a part",
				);
		},
	};
}

function listRequest(
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

/** The package rejects with an object that is no Error; of an HTML answer only its status is to be trusted. */
function translate(
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
function isAirtables(fault: Transient | Permanent): boolean {
	return fault instanceof Transient && fault.code !== LOST_CURSOR;
}

function lockedOut(): Transient {
	return new Transient("Airtable locks the base out again and again", {
		code: "LOCKED_OUT",
		status: 429,
	});
}

function repeatedCursor(table: string): Transient {
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
	const shape = z.object({
		error: z.string(),
		message: z.string(),
		statusCode: z.number().nullish(),
	});
	const { data } = shape.safeParse(error);
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
