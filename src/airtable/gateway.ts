import Airtable from "airtable";
import type { z } from "zod";
import { Transient } from "../errors.ts";
import type { Log } from "../log.ts";
import { type AirtableRecord, page, updated } from "./answers.ts";
import {
	isAirtables,
	LOST_CURSOR,
	lockedOut,
	repeatedCursor,
	translate,
} from "./faults.ts";
import { guarded } from "./guarded.ts";
import type { Limiter } from "./limiter.ts";
import {
	listRequest,
	type Query,
	type Request,
	type Update,
	updateRequest,
} from "./requests.ts";

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

/** Who has waited through so many lock-outs waits for no third: each takes 30 s, and many wait in line. */
const MOST_LOCKOUTS = 2;

/** Calls Airtable in the turns that the limiter gives, each within its deadline. */
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
			const request = updateRequest(table, updates);
			const { details } = await call(request, updated);
			if (details)
				log.warn(
					{ table, reasons: details.reasons, ids: updates.map(({ id }) => id) },
					"airtable kept only a part",
				);
		},
	};
}
