import { JOB_FIELDS } from "../../airtable/job-record.ts";
import type { Config } from "../../config.ts";
import { type Operation, operations } from "../../operations.ts";

/** The words that are written into a job's `Status`, or looked for there. */
export type StatusWords = Pick<
	Config,
	"COMPLETED_STATUS" | "FAILED_STATUS" | "POLLING_STATUSES"
>;

/** A kind of field as Airtable shows it, and by the names of its API those that do as well. */
type Kind = { shown: string; types: readonly string[] };

/** One field that the program reads or writes. */
export type NeededField = {
	field: string;
	kind: Kind;
	/** Without it jobs are not closed. */
	essential: boolean;
	/** Where it is a select. */
	options: readonly string[];
};
export type Contract = ReadonlyMap<string, readonly NeededField[]>;

const TEXTS = ["singleLineText", "multilineText", "richText"];
/** Of what is only read, a formula may make the text. */
const READ = [...TEXTS, "url", "formula"];

const written = { shown: "Long text", types: TEXTS };
const read = { shown: "Long text", types: READ };
const link = {
	shown: "Link to another record",
	types: ["multipleRecordLinks", ...READ],
};
const select = {
	shown: "Single select",
	types: ["singleSelect", "singleLineText", "multilineText"],
};
const attachment = { shown: "Attachment", types: ["multipleAttachments"] };

const JOB_KINDS: Record<(typeof JOB_FIELDS)[number], Kind> = {
	Type: { shown: "Single select", types: ["singleSelect", ...READ] },
	Status: select,
	"External Job ID": read,
	"Webhook URL": read,
	"Request Payload": read,
	"Response Payload": written,
	"Error Details": written,
	Notes: written,
	"Related Video": link,
	"Related Segment Video": link,
};

/** What the base must have for this program: https://airtable.com/developers/web/api/field-model */
export function contractOf(words: StatusWords): Contract {
	const statuses = [
		words.COMPLETED_STATUS,
		words.FAILED_STATUS,
		...words.POLLING_STATUSES,
	];
	const jobs = JOB_FIELDS.map((field) => ({
		field,
		kind: JOB_KINDS[field],
		essential: field === "Status" || field === "External Job ID",
		options: field === "Status" ? distinct(statuses) : [],
	}));
	const rows: Operation[] = Object.values(operations);
	const targets = Map.groupBy(rows, ({ table }) => table);
	return new Map([
		["Jobs", jobs],
		...[...targets].map(
			([table, some]) => [table, targetFields(some)] as const,
		),
	]);
}

/** A target's `Status` is needed only where an operation writes it. */
function targetFields(rows: readonly Operation[]): NeededField[] {
	const options = distinct(
		rows
			.flatMap(({ completed, failed }) => [completed ?? [], failed ?? []])
			.flat(),
	);
	const status = { field: "Status", kind: select, essential: false, options };
	const files = distinct(rows.map((row) => row.attachment)).map((field) => ({
		field,
		kind: attachment,
		essential: true,
		options: [],
	}));
	return options.length > 0 ? [status, ...files] : files;
}

function distinct(words: readonly string[]): string[] {
	return [...new Set(words)];
}
