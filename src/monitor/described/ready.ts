import { z } from "zod";
import { time } from "../../described.ts";

const dependency = z.strictObject({
	state: z
		.enum(["unknown", "ok", "failing"])
		.describe("unknown: nothing was heard of it yet"),
	why: z.string().nullable().describe("of what is failing, the last fault"),
	status: z.int().nullable().describe("of HTTP, as it was last heard"),
	since: time.nullable().describe("when it began to be so"),
	at: time.nullable().describe("when it was last heard of"),
});

/** `GET /ready` */
export const ready = z
	.strictObject({
		ready: z.boolean(),
		dependencies: z.strictObject({
			inbox: z.strictObject({ state: z.enum(["ok", "failing"]) }),
			airtable: dependency,
			spaces: dependency,
			nca: z.union([
				dependency.extend({ configured: z.literal(true) }),
				z.strictObject({ configured: z.literal(false) }),
			]),
			drain: z
				.strictObject({ state: z.enum(["held", "not held"]) })
				.optional()
				.describe("where there can be several machines"),
		}),
	})
	.meta({ id: "Ready" });

export type ReadyAnswer = z.infer<typeof ready>;
