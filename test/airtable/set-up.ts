import { expect, onTestFinished } from "vitest";
import {
	type AirtableAnswer,
	createGateway,
} from "../../src/airtable/gateway.ts";
import { createLimiter } from "../../src/airtable/limiter.ts";
import { createPace } from "../../src/airtable/pace.ts";
import type { Query } from "../../src/airtable/requests.ts";
import { Transient } from "../../src/errors.ts";
import { createLog } from "../../src/log.ts";
import { type Fault, startAirtable } from "../../src/sandbox/airtable.ts";
import {
	ENGINE_SCHEMA,
	type Schema,
} from "../../src/sandbox/airtable-schema.ts";
import type { LogLine } from "../../src/sandbox/program.ts";
import { AIRTABLE_KEY, BASE_ID, createClock } from "../set-up.ts";

type Options = {
	deadlineMs?: number;
	schema?: Schema;
	apiKey?: string;
	mayWrite?: boolean;
};

/** What came to the server, as far as tests ask for it. */
type Asked = { method: string; path: string; body: unknown };

/**
 * A real gateway that talks to a stand-in on loopback. `answer` scripts the next requests, one each; those after
 * them meet the stand-in. Whoever waits for the limiter finds the time gone by.
 */
export async function setUp({
	// Far beyond what any test takes: where it matters, it is set.
	deadlineMs = 30_000,
	schema = ENGINE_SCHEMA,
	apiKey = AIRTABLE_KEY,
	mayWrite = true,
}: Options = {}) {
	const clock = createClock();
	const airtable = await startAirtable({
		apiKey: AIRTABLE_KEY,
		baseId: BASE_ID,
		schema,
		fetches: false,
		now: clock.now,
	});
	onTestFinished(airtable.close);
	const lines: LogLine[] = [];
	const log = await createLog({
		level: "debug",
		write: (line) => lines.push(JSON.parse(line)),
	});
	const limiter = createLimiter({
		pace: createPace({ requestsPerSecond: 1000, monotonic: clock.now }),
		monotonic: clock.now,
		sleep: async (ms) => clock.advance(Math.ceil(ms)),
	});
	const heard: AirtableAnswer[] = [];
	/** When requests went. */
	const gone: number[] = [];
	const gateway = createGateway({
		apiKey,
		baseId: BASE_ID,
		endpointUrl: airtable.url,
		limiter,
		async mayWrite() {
			if (!mayWrite) throw new Transient("another's", { code: "LEASE_LOST" });
		},
		async goes() {
			gone.push(clock.now());
		},
		heard: (answer) => heard.push(answer),
		deadlineMs,
		log,
	});

	/** The requests that were answered by script. */
	const asked: Asked[] = [];
	function answer(...faults: Fault[]): void {
		const left = [...faults];
		airtable.fault((req, res, next) => {
			asked.push({ method: req.method, path: req.path, body: req.body });
			left.shift()?.(req, res, next);
			if (left.length === 0) airtable.fault(null);
		});
	}

	const list = async (query: Query) =>
		(await Array.fromAsync(gateway.pages(query))).flat();
	return {
		airtable,
		answer,
		asked,
		clock,
		gateway: { ...gateway, list },
		gone,
		heard,
		limiter,
		lines,
		log,
	};
}

export const json =
	(status: number, body: unknown): Fault =>
	(_req, res) => {
		res.status(status).json(body);
	};

/** An error in Airtable's usual form. */
export const refusal = (status: number, type: string): Fault =>
	json(status, { error: { type, message: `of ${type}` } });

export const html =
	(status: number): Fault =>
	(_req, res) => {
		res.status(status).type("html").send("<html>a proxy's page</html>");
	};

/** Leaves it to the stand-in. */
export const pass: Fault = (_req, _res, next) => next();

/** Closes the connection without a word. */
export const reset: Fault = (req) => {
	req.socket.destroy();
};

/** Sends its headers and the beginning of a body, and then nothing more. */
export const stall: Fault = (_req, res) => {
	res.status(200).type("json").write('{"records":[');
};

/** Everything in a table. */
export const all = (table: string) => ({ table, fields: null, formula: "" });

/** The error that the work ends in. */
export async function faultOf(work: Promise<unknown>): Promise<unknown> {
	return work.then(
		() => expect.fail("it should have been refused"),
		(error: unknown) => error,
	);
}
