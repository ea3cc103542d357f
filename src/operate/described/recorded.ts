import { z } from "zod";
import { task, time, via } from "../../described.ts";
import { STATES } from "../../inbox/inbox.ts";

/** A request as it was recorded. */
const recorded = z
	.strictObject({
		delivery_id: z.string(),
		status: z.enum(STATES),
		reason: z.string().nullable().describe("why it stands there"),
		received_at: time,
		age: z.string().describe("in words"),
		next_attempt_at: time.nullable(),
		next_attempt_age: z.string().nullable(),
		attempts: z.int().min(0),
		job_id: z.string().nullable().describe("the record's"),
		nca_job_id: z.string().nullable(),
		task,
		via,
		proof: z
			.enum(["none", "token", "signature", "own"])
			.describe("own: what the program found, or was told by its operator"),
		method: z.string(),
		ip: z.string(),
		user_agent: z.string(),
		query: z.string().describe("raw, without its token"),
		body: z.string(),
	})
	.meta({ id: "RecordedRequest" });

/** `GET /debug/webhooks` */
export const recordedList = z.strictObject({
	items: z.array(recorded).describe("newest first"),
	next: z.string().nullable().describe("what `before` is to be for more"),
});

/** `GET /debug/webhooks/:delivery_id` */
export const recordedWhole = recorded.extend({
	curl: z
		.strictObject({ replay: z.string() })
		.optional()
		.describe("a command to copy, where it may be taken again"),
});

export type RecordedAnswer = z.infer<typeof recorded>;
export type RecordedList = z.infer<typeof recordedList>;
export type RecordedWhole = z.infer<typeof recordedWhole>;
