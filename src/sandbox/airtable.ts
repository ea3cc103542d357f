import express, {
	type Request,
	type RequestHandler,
	type Response,
} from "express";
import { type Base, createBase, type Fields } from "./airtable-base.ts";
import { ENGINE_SCHEMA, tablesOf, wrongField } from "./airtable-schema.ts";
import { compileFormula } from "./formula.ts";
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

/** As many as Airtable lists in a page, and takes in a PATCH. */
const PAGE = 100;
const BATCH = 10;
/** Airtable does not say which of the two it is. */
const NO_ACCESS = [
	403,
	"INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
	"Invalid permissions, or the model was not found",
] as const;

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
	const calls: Call[] = [];
	let fault: Fault | null = null;
	let recent: number[] = [];
	let lockedUntil = 0;
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
		} else if (tooFast()) {
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

	function tooFast(): boolean {
		const time = now();
		recent = [...recent.filter((at) => time - at < 1000), time];
		if (recent.length > requestsPerSecond) lockedUntil = time + lockoutMs;
		return time < lockedUntil;
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

	type Listing = {
		fields: string[];
		formula: string | null;
		offset: string | null;
	};

	function list(
		req: Request,
		res: Response,
		{ fields, formula, offset }: Listing,
	): void {
		const table = tableOf(req, res);
		if (!table) return;
		const unknown = fields.find((field) => !schema[table.name]?.[field]);
		if (unknown) {
			const message = `Unknown field name: "${unknown}"`;
			refuse(res, 422, "UNKNOWN_FIELD_NAME", message);
			return;
		}
		const matches = compiled(res, formula);
		if (!matches) return;
		const candidates = named(table.records, formula) ?? table.records.values();
		const found = [...candidates].filter(matches);
		const start = Number(offset?.replace("itr", "") ?? 0);
		const page = found.slice(start, start + PAGE);
		calls.push({ method: "LIST", table: table.name, records: page.length });
		const records = page.map((record) => ({
			...record,
			fields: only(record.fields, fields),
		}));
		const next = start + PAGE;
		res.json({ records, ...(next < found.length && { offset: `itr${next}` }) });
	}

	app.patch("/v0/:base/:table", (req, res) => {
		const table = tableOf(req, res);
		if (!table) return;
		const updates: { id: string; fields: Fields }[] = req.body?.records ?? [];
		const { length } = updates;
		calls.push({ method: "PATCH", table: table.name, records: length });
		const distinct = new Set(updates.map(({ id }) => id)).size;
		if (length === 0 || length > BATCH || distinct < length) {
			const message = `From 1 to ${BATCH} records, each once`;
			refuse(res, 422, "INVALID_RECORDS", message);
			return;
		}
		for (const { id, fields } of updates) {
			const wrong = table.records.has(id)
				? wrongField(schema[table.name] ?? {}, fields)
				: {
						type: "ROW_DOES_NOT_EXIST",
						message: `Record ID ${id} does not exist`,
					};
			// One that is wrong, and none is written.
			if (wrong) return refuse(res, 422, wrong.type, wrong.message);
		}
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

	function tableOf(req: Request, res: Response) {
		const name = String(req.params.table);
		const records = req.params.base === baseId ? recordsOf(name) : undefined;
		if (records) return { name, records };
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

function compiled(res: Response, formula: string | null) {
	try {
		return formula ? compileFormula(formula) : () => true;
	} catch (error) {
		refuse(res, 422, "INVALID_FILTER_BY_FORMULA", String(error));
		return null;
	}
}

/** The records that a formula names, where it is but a list of ids: to try each record on each id takes long. */
function named<T>(
	records: ReadonlyMap<string, T>,
	formula: string | null,
): T[] | null {
	const ids = /^OR\((RECORD_ID\(\)='\w+',?)+\)$/.test(formula ?? "")
		? [...(formula ?? "").matchAll(/'(\w+)'/g)].map(([, id = ""]) => id)
		: null;
	return ids?.flatMap((id) => records.get(id) ?? []) ?? null;
}

function refuse(
	res: Response,
	status: number,
	type: string,
	message: string,
): void {
	res.status(status).json({ error: { type, message } });
}

function only(fields: Fields, names: string[]): Fields {
	if (names.length === 0) return fields;
	return Object.fromEntries(
		Object.entries(fields).filter(([name]) => names.includes(name)),
	);
}
