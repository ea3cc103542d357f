import { z } from "zod";

const record = z.object({
	id: z.string(),
	createdTime: z.string().refine((text) => !Number.isNaN(Date.parse(text))),
	fields: z.record(z.string(), z.unknown()),
});
/** A page of a list. */
export const page = z.object({
	records: z.array(record),
	offset: z.string().optional(),
});
/** What a PATCH came to; `details`: what was not taken of it. */
export const updated = z.object({
	records: z.array(z.unknown()),
	details: z
		.object({ reasons: z.array(z.string()) })
		.nullish()
		.catch(null),
});

/** A record as Airtable tells it; empty fields are left out. */
export type AirtableRecord = z.infer<typeof record>;
export type Fields = AirtableRecord["fields"];
