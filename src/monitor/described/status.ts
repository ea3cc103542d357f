import { z } from "zod";
import { task, time, via } from "../../described.ts";
import { STATES } from "../../inbox/inbox.ts";
import { figures } from "../figures.ts";

const count = z.int().min(0);
const seconds = z.number().nullable();

const operation = z.strictObject({
	operation: z.string(),
	expected: count.describe("webhooks, within RETENTION_DAYS"),
	arrived: count,
	late: count.describe("after WEBHOOK_TIMEOUT_MINUTES"),
	average_late_seconds: seconds.describe("how long after that, of these"),
	never_arrived: count.describe("a day has passed without it"),
	p50_seconds: seconds.describe("in NCA's queue and at work"),
	p99_seconds: seconds,
});

const alert = z.strictObject({
	id: z.string(),
	title: z.string(),
	since: time.nullable(),
	details: z.string().describe("empty where nothing more is known"),
	meaning: z.string(),
	remedy: z.string(),
});

const ending = z.strictObject({
	task,
	state: z.enum(STATES),
	verdict: z
		.string()
		.describe("of what is done, how; of what was parked, why; else empty"),
	via,
	total: count,
});

/** `GET /status` */
export const status = figures
	.extend({
		operations: z.array(operation),
		nca: z.strictObject({
			configured: z.boolean(),
			seems_hung: z.boolean(),
			last_finished: time.nullable(),
		}),
		alerts: z.array(alert).describe("what is wrong now"),
		endings: z.array(ending).describe("how often each task ended so, ever"),
	})
	.meta({ id: "Status" });

export type StatusAnswer = z.infer<typeof status>;
