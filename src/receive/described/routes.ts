import { z } from "zod";
import { type Described, refused } from "../../described.ts";
import { HEAD_BYTES } from "../body.ts";
import { ncaBody, ncaQuery } from "./nca.ts";

const jobId = z
	.string()
	.nullable()
	.describe("the record's id; null where only NCA's is known");
const deliveryId = z.string().describe("what it was recorded under");

const taken = z
	.union([
		z.strictObject({
			status: z.literal("accepted"),
			delivery_id: deliveryId,
			job_id: jobId,
		}),
		z
			.strictObject({
				status: z.literal("duplicate"),
				delivery_id: deliveryId,
				job_id: jobId,
			})
			.describe("the same bytes and query came before: its ids"),
		z.strictObject({ status: z.literal("test") }),
	])
	.meta({ id: "Taken" });

const parked = z
	.strictObject({
		status: z.literal("parked"),
		delivery_id: deliveryId,
		reason: z.enum([
			"not an object",
			"no verdict",
			"foreign file",
			"no usable id",
		]),
	})
	.meta({ id: "Parked" });

const tooMany = refused(
	"too many requests of one address, on these paths but NCA's",
);

/** What is open to everyone. */
export const described: readonly Described[] = [
	{
		method: "post",
		path: "/webhooks/nca-toolkit",
		name: "takeWebhook",
		tag: "webhooks",
		summary: "Takes one of NCA's webhooks",
		description:
			"Answered when it is safely stored; applied later. Read leniently: any JSON is recorded, no media type is asked for, a field of an unexpected type counts as absent, and what cannot be used is parked, not refused. Each parameter counts only where the query has exactly one of it.",
		door: "sender",
		query: ncaQuery,
		body: { schema: ncaBody, required: true },
		answers: {
			200: { says: "Stored", schema: taken },
			202: { says: "Stored, and cannot be used as it is", schema: parked },
			400: refused("Not JSON"),
			401: refused("No valid token or signature, where one is demanded"),
			413: refused("Over 1 MiB"),
			415: refused("Compressed"),
			503: refused("It cannot be stored: it is not acknowledged"),
		},
	},
	{
		method: "get",
		path: "/webhooks/nca-toolkit",
		name: "refuseWebhook",
		tag: "webhooks",
		summary: "Refused, as is every method but POST",
		description:
			"A GET here may be a POST that a redirect emptied: it is recorded as refused.",
		door: "anyone",
		answers: { 405: refused("Only POST is taken") },
	},
	{
		method: "post",
		path: "/webhooks/debug-webhook",
		name: "logWebhook",
		tag: "webhooks",
		summary: "Logs and records a request, whatever it is",
		description: `Headers, query, form, JSON and the first ${HEAD_BYTES} bytes, without credentials.`,
		door: "anyone",
		body: { schema: z.unknown(), required: false, type: "*/*" },
		answers: {
			200: {
				says: "Logged",
				schema: z.strictObject({ status: z.literal("logged") }),
			},
			429: tooMany,
		},
	},
	{
		method: "post",
		path: "/webhooks/:other",
		name: "refuseOtherWebhook",
		tag: "webhooks",
		summary: "Refused: webhooks of other services",
		description: "Any path, and any method.",
		door: "anyone",
		params: z.object({ other: z.string() }),
		body: { schema: z.unknown(), required: false, type: "*/*" },
		answers: {
			404: refused("Logged, and not taken: it says what is"),
			429: tooMany,
		},
	},
	{
		method: "get",
		path: "/health",
		name: "getHealth",
		tag: "monitoring",
		summary: "Whether webhooks can be taken",
		description: "Asks nobody.",
		door: "anyone",
		answers: {
			200: {
				says: "They can",
				schema: z.strictObject({ status: z.literal("ok") }),
			},
			503: {
				says: "The inbox could not be written for a minute",
				schema: z.strictObject({
					status: z.literal("the inbox cannot store webhooks"),
				}),
			},
		},
	},
	{
		method: "get",
		path: "/",
		name: "getWelcome",
		tag: "monitoring",
		summary: "What this is, and where to look",
		door: "anyone",
		answers: { 200: { says: "A few lines", types: ["text/plain"] } },
	},
];
