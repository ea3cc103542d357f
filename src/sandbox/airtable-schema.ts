import { type Operation, operations, type TargetTable } from "../operations.ts";

type Fields = Record<string, unknown>;

/** What a table takes: each field's kind, and a select's options. */
type Kind = "text" | "link" | "attachments" | readonly string[];
const TYPES = {
	text: "multilineText",
	link: "multipleRecordLinks",
	attachments: "multipleAttachments",
} as const;
export type Schema = Record<string, Record<string, Kind>>;

const rows: Operation[] = Object.values(operations);

/** What the operations write into a table: their attachment fields, and the options of its `Status`. */
function writtenInto(table: TargetTable) {
	const some = rows.filter((row) => row.table === table);
	return {
		statuses: some.flatMap(({ completed, failed }) =>
			[completed, failed].filter((status) => status !== undefined),
		),
		attachments: Object.fromEntries(
			some.map(({ attachment }) => [attachment, "attachments"] as const),
		),
	};
}

const segments = writtenInto("Segments");

/** The engine's base, as far as the program uses it. */
export const ENGINE_SCHEMA: Schema = {
	Jobs: {
		Type: [
			"voiceover",
			"music",
			"ai_image",
			"video_generation",
			...rows.flatMap(({ types }) => types),
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
		Status: ["Combining Media", "Generating Video", ...segments.statuses],
		...segments.attachments,
	},
	Videos: writtenInto("Videos").attachments,
};

/** The schema as Airtable's metadata API tells it: https://airtable.com/developers/web/api/get-base-schema */
export function tablesOf(schema: Schema) {
	return Object.entries(schema).map(([name, fields], table) => ({
		id: `tbl${String(table).padStart(14, "0")}`,
		name,
		fields: Object.entries(fields).map(([field, kind], nth) => ({
			id: `fld${String(100 * table + nth).padStart(14, "0")}`,
			name: field,
			...(typeof kind === "string"
				? { type: TYPES[kind] }
				: {
						type: "singleSelect",
						options: { choices: kind.map((option) => ({ name: option })) },
					}),
		})),
	}));
}

/** Why Airtable would refuse these fields, with its type of error; null where it would take them. */
export function wrongField(
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

/** Whether these are attachments as a client writes them: each names an URL. */
export function isAttachments(value: unknown[]): value is Fields[] {
	return value.every(
		(one) => typeof one === "object" && one !== null && "url" in one,
	);
}
