import { z } from "zod";
import type { RecordId } from "../job.ts";
import type { AirtableRecord, Fields } from "./answers.ts";

const attachment = z.object({
	filename: z.string().default(""),
	/** bytes; absent until Airtable has fetched the file */
	size: z.number().nullish(),
});

export type Attachment = z.infer<typeof attachment>;

/** The record that a job was made for. */
export type Target = {
	id: RecordId;
	status: string;
	/** What an attachment field holds. */
	attachments(field: string): Attachment[];
	/** As Airtable tells them. */
	fields: Fields;
};

/** A record of `Segments` or `Videos` in our words. */
export function asTarget({ id, fields }: AirtableRecord): Target {
	return {
		id: id as RecordId,
		status: typeof fields.Status === "string" ? fields.Status : "",
		attachments: (field) =>
			// What cannot be read is something all the same: the field is not empty.
			z
				.array(attachment)
				.catch([{ filename: "" }])
				.parse(fields[field] ?? []),
		fields,
	};
}
