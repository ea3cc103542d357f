import express, {
	type Request,
	type RequestHandler,
	type Response,
} from "express";
import { compileFormula } from "./formula.ts";
import { type Stand, serve } from "./serve.ts";

type Fields = Record<string, unknown>;
export type StoredRecord = { id: string; createdTime: string; fields: Fields };

/** What a table takes: each field's kind, and a select's options. */
type Kind = "text" | "link" | "attachments" | readonly string[];
export type Schema = Record<string, Record<string, Kind>>;

/** The engine's base, as far as the program uses it. */
export const ENGINE_SCHEMA: Schema = {
	Jobs: {
		Type: [
			"voiceover",
			"combine",
			"concatenate",
			"music",
			"final",
			"ai_image",
			"video_generation",
			"add_music_to_video",
		],
		Status: ["pending", "processing", "completed", "failed", "webhook_error"],
		"External Job ID": "text",
		"Webhook URL": "text",
		"Request Payload": "text",
		"Response Payload": "text",
		"Error Details": "text",
		Notes: "text",
		"Related Video": "link",
		"Related Segment Video": "link",
	},
	Segments: {
		Status: [
			"Combining Media",
			"combined",
			"combination_failed",
			"Generating Video",
			"Video Ready",
			"Video Generation Failed",
		],
		"Voiceover + Video": "attachments",
		Video: "attachments",
	},
	Videos: {
		"Combined Segments Video": "attachments",
		"Video + Music": "attachments",
	},
};

type Options = {
	apiKey: string;
	baseId: string;
	schema?: Schema;
	/** A sixth request within a second locks the base out; Infinity: never. */
	requestsPerSecond?: number;
	/** How long a lock-out lasts, ms. */
	lockoutMs?: number;
	/** Whether what is attached is fetched by itself; else by `fetchAttachments`. */
	fetches?: boolean;
	now?: () => number;
};

export type Call = { method: string; table: string; records: number };

/** Answers a request instead of the stand-in, or leaves it to it by `next`. */
export type Fault = RequestHandler;

export type AirtableStandIn = Stand & {
	/** Every request that was answered, in order. */
	calls: Call[];
	throttled: () => number;
	create(
		table: string,
		fields: Fields,
		more?: { id?: string; createdTime?: string },
	): string;
	/** As its owner would, past the API. */
	set(table: string, id: string, fields: Fields): void;
	get(table: string, id: string): Fields;
	remove(table: string, id: string): void;
	/** Answers every request in this way until it is taken back. */
	fault(fault: Fault | null): void;
	/** Resolves when the record is as wanted, at once or at a later change. */
	until(
		table: string,
		id: string,
		wanted: (fields: Fields) => boolean,
	): Promise<void>;
	/** Fetches what was attached and not fetched yet. */
	fetchAttachments(): Promise<void>;
};

/** A stand-in for Airtable's Web API: auth, limit, lock-out, pages, batches that fail whole, attachments fetched later. */
export async function startAirtable(
	options: Options,
): Promise<AirtableStandIn> {
	const {
		apiKey,
		baseId,
		schema = ENGINE_SCHEMA,
		requestsPerSecond = Number.POSITIVE_INFINITY,
		lockoutMs = 30_000,
		fetches = true,
		now = Date.now,
	} = options;
	const tables = new Map(
		Object.keys(schema).map((name) => [name, new Map<string, StoredRecord>()]),
	);
	const calls: Call[] = [];
	const waiting = new Set<() => void>();
	const toFetch: { field: Fields; key: string; attachment: Fields }[] = [];
	let fault: Fault | null = null;
	let recent: number[] = [];
	let lockedUntil = 0;
	let throttled = 0;
	let made = 0;

	const changed = () => {
		for (const look of waiting) look();
	};

	const app = express();
	app.use(express.json({ limit: "1mb" }));
	app.use((req, res, next) => {
		if (fault) fault(req, res, next);
		else next();
	});
	app.use((req, res, next) => {
		if (req.get("Authorization") !== `Bearer ${apiKey}`) {
			return refuse(
				res,
				401,
				"AUTHENTICATION_REQUIRED",
				"Authentication required",
			);
		}
		if (tooFast()) {
			throttled += 1;
			res.status(429).json({
				errors: [
					{
						error: "RATE_LIMIT_REACHED",
						message: "Rate limit exceeded. Please try again later",
					},
				],
			});
			return;
		}
		next();
	});

	function tooFast(): boolean {
		const time = now();
		recent = [...recent.filter((at) => time - at < 1000), time];
		if (recent.length > requestsPerSecond) lockedUntil = time + lockoutMs;
		return time < lockedUntil;
	}

	app.get("/v0/:base/:table", (req, res) => {
		const params = new URLSearchParams(req.url.split("?")[1] ?? "");
		list(req, res, {
			fields: params.getAll("fields[]"),
			formula: params.get("filterByFormula"),
			offset: params.get("offset"),
		});
	});

	app.post("/v0/:base/:table/listRecords", (req, res) => {
		const { fields, filterByFormula, offset } = req.body;
		list(req, res, {
			fields: fields ?? [],
			formula: filterByFormula ?? null,
			offset: offset ?? null,
		});
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
		const found = tableOf(req, res);
		if (!found) return;
		const unknown = fields.find((field) => !schema[found.name]?.[field]);
		if (unknown) {
			refuse(
				res,
				422,
				"UNKNOWN_FIELD_NAME",
				`Unknown field name: "${unknown}"`,
			);
			return;
		}
		let matches: (record: StoredRecord) => boolean;
		try {
			matches = formula ? compileFormula(formula) : () => true;
		} catch (error) {
			refuse(
				res,
				422,
				"INVALID_FILTER_BY_FORMULA",
				`The formula for filtering records is invalid: ${String(error)}`,
			);
			return;
		}
		const all = [...found.records.values()].filter(matches);
		const start = Number(offset?.replace("itr", "") ?? 0);
		const page = all.slice(start, start + 100);
		calls.push({ method: "LIST", table: found.name, records: page.length });
		res.json({
			records: page.map((record) => ({
				...record,
				fields: only(record.fields, fields),
			})),
			...(start + 100 < all.length && { offset: `itr${start + 100}` }),
		});
	}

	app.patch("/v0/:base/:table", (req, res) => {
		const found = tableOf(req, res);
		if (!found) return;
		const updates: { id: string; fields: Fields }[] = req.body?.records ?? [];
		calls.push({ method: "PATCH", table: found.name, records: updates.length });
		if (updates.length === 0 || updates.length > 10) {
			return refuse(
				res,
				422,
				"INVALID_RECORDS",
				"You must provide from 1 to 10 records",
			);
		}
		if (new Set(updates.map(({ id }) => id)).size < updates.length) {
			return refuse(
				res,
				422,
				"INVALID_RECORDS",
				"A record may stand in a request once",
			);
		}
		for (const update of updates) {
			if (!found.records.has(update.id)) {
				return refuse(
					res,
					422,
					"ROW_DOES_NOT_EXIST",
					`Record ID ${update.id} does not exist`,
				);
			}
			const wrong = wrongField(schema[found.name] ?? {}, update.fields);
			if (wrong) return refuse(res, 422, wrong.type, wrong.message);
		}
		const records = updates.map(({ id, fields }) =>
			write(found.records.get(id), fields),
		);
		changed();
		res.json({ records });
		if (fetches) void fetchAttachments();
	});

	app.use((_req, res) =>
		refuse(res, 404, "NOT_FOUND", "Could not find what you are looking for"),
	);

	function tableOf(req: Request, res: Response) {
		const name = String(req.params.table);
		const records = req.params.base === baseId ? tables.get(name) : undefined;
		if (records) return { name, records };
		refuse(
			res,
			403,
			"INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
			"Invalid permissions, or the requested model was not found",
		);
		return null;
	}

	function write(
		record: StoredRecord | undefined,
		fields: Fields,
	): StoredRecord {
		if (!record) throw new Error("no such record");
		for (const [name, value] of Object.entries(fields)) {
			if (value === null || value === "") delete record.fields[name];
			else
				record.fields[name] =
					Array.isArray(value) && isAttachments(value)
						? value.map((one) => attach(record.fields, name, one))
						: value;
		}
		return record;
	}

	function attach(field: Fields, key: string, given: Fields): Fields {
		made += 1;
		const attachment: Fields = {
			id: `att${String(made).padStart(14, "0")}`,
			url: given.url,
			filename: given.filename,
		};
		toFetch.push({ field, key, attachment });
		return attachment;
	}

	async function fetchAttachments(): Promise<void> {
		for (const { field, key, attachment } of toFetch.splice(0)) {
			const response = await fetch(String(attachment.url)).catch(() => null);
			const bytes = response?.ok
				? (await response.arrayBuffer()).byteLength
				: 0;
			if (bytes > 0)
				Object.assign(attachment, {
					size: bytes,
					type: response?.headers.get("content-type"),
				});
			// Airtable says nothing: what it could not fetch is gone from the cell.
			else
				field[key] = (field[key] as Fields[]).filter(
					(one) => one !== attachment,
				);
		}
		changed();
	}

	const tableNamed = (name: string) => {
		const records = tables.get(name);
		if (!records) throw new Error(`no table ${name}`);
		return records;
	};

	const recordOf = (table: string, id: string): StoredRecord => {
		const record = tableNamed(table).get(id);
		if (!record) throw new Error(`no ${id} in ${table}`);
		return record;
	};

	return {
		...(await serve(app)),
		calls,
		throttled: () => throttled,
		create(table, fields, { id, createdTime } = {}) {
			made += 1;
			const newId = id ?? `rec${String(made).padStart(14, "0")}`;
			const record = {
				id: newId,
				createdTime: createdTime ?? new Date(now()).toISOString(),
				fields: { ...fields },
			};
			tableNamed(table).set(newId, record);
			return newId;
		},
		set(table, id, fields) {
			write(recordOf(table, id), fields);
			changed();
		},
		get: (table, id) => structuredClone(recordOf(table, id).fields),
		remove(table, id) {
			tableNamed(table).delete(id);
		},
		fault(how) {
			fault = how;
		},
		until(table, id, wanted) {
			return new Promise((resolve) => {
				const look = () => {
					if (!wanted(recordOf(table, id).fields)) return;
					waiting.delete(look);
					resolve();
				};
				waiting.add(look);
				look();
			});
		},
		fetchAttachments,
	};
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

function isAttachments(value: unknown[]): value is Fields[] {
	return value.every(
		(one) => typeof one === "object" && one !== null && "url" in one,
	);
}

function wrongField(
	kinds: Record<string, Kind>,
	fields: Fields,
): { type: string; message: string } | null {
	for (const [name, value] of Object.entries(fields)) {
		const kind = kinds[name];
		if (kind === undefined)
			return {
				type: "UNKNOWN_FIELD_NAME",
				message: `Unknown field name: "${name}"`,
			};
		if (value === null) continue;
		if (kind === "text" && typeof value !== "string") {
			return {
				type: "INVALID_VALUE_FOR_COLUMN",
				message: `Field "${name}" cannot accept the provided value`,
			};
		}
		if (
			kind === "attachments" &&
			!(Array.isArray(value) && isAttachments(value))
		) {
			return {
				type: "INVALID_ATTACHMENT_OBJECT",
				message: `Field "${name}" takes a list of attachments`,
			};
		}
		if (Array.isArray(kind) && !kind.includes(String(value))) {
			return {
				type: "INVALID_MULTIPLE_CHOICE_OPTIONS",
				message: `Insufficient permissions to create new select option "${String(value)}"`,
			};
		}
	}
	return null;
}
