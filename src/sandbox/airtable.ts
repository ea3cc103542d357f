import express, {
	type Request,
	type RequestHandler,
	type Response,
} from "express";
import { type Base, createBase, type Fields } from "./airtable-base.ts";
import { createLimit } from "./airtable-limit.ts";
import { ENGINE_SCHEMA, tablesOf } from "./airtable-schema.ts";
import {
	type Listing,
	listPage,
	type Refusal,
	type Table,
	wrongUpdates,
} from "./airtable-tables.ts";
import { type Stand, serve } from "./serve.ts";

type Options = {
	apiKey: string;
	baseId: string;
	schema?: typeof ENGINE_SCHEMA;
	/** One more within a second locks the base out; Infinity: never. */
	requestsPerSecond?: number;
	/** How long a lock-out lasts, ms. */
	lockoutMs?: number;
	/** How long an answer takes, ms: half of it on the way there. */
	latencyMs?: number;
	/** Whether what is attached is fetched by itself; else by `fetchAttachments`. */
	fetches?: boolean;
	now?: () => number;
	/** Told of each record as a PATCH is about to write it. */
	onWrite?: (write: Write) => void;
};

/** What a PATCH writes into a record, and what that held before. */
export type Write = {
	table: string;
	id: string;
	before: Fields;
	given: Fields;
};

/** A request that was understood: LIST or PATCH, and how many records it gave or took. */
type Call = { method: string; table: string; records: number };

/** Answers a request instead of the stand-in, or leaves it to it by `next`. */
export type Fault = RequestHandler;

export type AirtableStandIn = Stand &
	Omit<Base, "table"> & {
		calls: Call[];
		/** How many requests were refused for being too many. */
		throttled: () => number;
		/** Lets this one see every request first, until null. */
		fault(fault: Fault | null): void;
	};

/** Airtable does not say which of the two it is. */
const NO_ACCESS: Refusal = [
	403,
	"INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
	"Invalid permissions, or the model was not found",
];

/** A stand-in for Airtable's Web API: auth, limit, lock-out, pages, batches that fail whole, attachments fetched later. */
export async function startAirtable({
	apiKey,
	baseId,
	schema = ENGINE_SCHEMA,
	requestsPerSecond = Number.POSITIVE_INFINITY,
	lockoutMs = 30_000,
	latencyMs = 0,
	fetches = true,
	now = Date.now,
	onWrite = () => {},
}: Options): Promise<AirtableStandIn> {
	const { table: recordsOf, ...base } = createBase(schema, now);
	const isTooMany = createLimit({ requestsPerSecond, lockoutMs, now });
	const calls: Call[] = [];
	let fault: Fault | null = null;
	let throttled = 0;

	const app = express();
	app.use(express.json({ limit: "1mb" }));
	app.use(onItsWay);
	app.use((req, res, next) => {
		if (fault) fault(req, res, next);
		else next();
	});
	app.use((req, res, next) => {
		if (req.get("Authorization") !== `Bearer ${apiKey}`) {
			refuse(res, 401, "AUTHENTICATION_REQUIRED", "Authentication required");
		} else if (isTooMany()) {
			throttled += 1;
			const message = "Rate limit exceeded. Please try again later";
			const error = "RATE_LIMIT_REACHED";
			res.status(429).json({ errors: [{ error, message }] });
		} else onItsWay(req, res, next);
	});

	function onItsWay(_req: Request, _res: Response, next: () => void): void {
		if (latencyMs > 0) setTimeout(next, latencyMs / 2);
		else next();
	}

	app.get("/v0/meta/bases/:base/tables", (req, res) => {
		if (req.params.base === baseId) res.json({ tables: tablesOf(schema) });
		else refuse(res, ...NO_ACCESS);
	});

	app.get("/v0/:base/:table", (req, res) => {
		const params = new URLSearchParams(req.url.split("?")[1] ?? "");
		list(req, res, {
			fields: params.getAll("fields[]"),
			formula: params.get("filterByFormula"),
			offset: params.get("offset"),
		});
	});

	app.post("/v0/:base/:table/listRecords", (req, res) => {
		const { fields = [], filterByFormula = null, offset = null } = req.body;
		list(req, res, { fields, formula: filterByFormula, offset });
	});

	function list(req: Request, res: Response, listing: Listing): void {
		const table = tableOf(req, res);
		if (!table) return;
		const page = listPage(table, listing);
		if (!("records" in page)) {
			refuse(res, ...page);
			return;
		}
		const { length } = page.records;
		calls.push({ method: "LIST", table: table.name, records: length });
		res.json(page);
	}

	app.patch("/v0/:base/:table", (req, res) => {
		const table = tableOf(req, res);
		if (!table) return;
		const updates: { id: string; fields: Fields }[] = req.body?.records ?? [];
		const { length } = updates;
		calls.push({ method: "PATCH", table: table.name, records: length });
		const wrong = wrongUpdates(table, updates);
		if (wrong) return refuse(res, ...wrong);
		const records = updates.map(({ id, fields }) => {
			const before = base.get(table.name, id);
			onWrite({ table: table.name, id, before, given: fields });
			return base.set(table.name, id, fields);
		});
		res.json({ records });
		if (fetches) void base.fetchAttachments();
	});

	app.use((_req, res) => {
		refuse(res, 404, "NOT_FOUND", "Could not find what you are looking for");
	});

	function tableOf(req: Request, res: Response): Table | null {
		const name = String(req.params.table);
		const records = req.params.base === baseId ? recordsOf(name) : undefined;
		if (records) return { name, records, kinds: schema[name] ?? {} };
		refuse(res, ...NO_ACCESS);
		return null;
	}

	return {
		...(await serve(app)),
		...base,
		calls,
		throttled: () => throttled,
		fault(how) {
			fault = how;
		},
	};
}

function refuse(res: Response, ...[status, type, message]: Refusal): void {
	res.status(status).json({ error: { type, message } });
}
