import { z } from "zod";
import { time } from "../described.ts";

const count = z.int().min(0);
const rate = z
	.number()
	.min(0)
	.max(1)
	.nullable()
	.describe("from 0 to 1; null where nothing was measured");
const average = z
	.number()
	.nullable()
	.describe("null where nothing was measured");
const percentile = z.number().min(0).nullable();

/** What `GET /status` shows, by its very names. Loaded when it is asked for: all else needs its type alone. */
export const figures = z.strictObject({
	webhooks: z.strictObject({
		status: z
			.string()
			.describe(
				"`No webhooks received`, `WARNING: No webhooks in last hour`, `WARNING: Success rate 85.0%` or `Healthy`",
			),
		received: count.describe(
			"all that passed proof, repeats and what is not JSON too",
		),
		processed: count.describe("ended done, whichever outcome"),
		failed: count.describe("not JSON, or buried"),
		parked: count.describe("that are parked now"),
		duplicate: count,
		last_received: time.nullable(),
		per_hour: count.describe("of the last 60 minutes"),
		average_delay_seconds: average.describe("from the job's creation"),
		success_rate: rate,
		ack_p50_ms: percentile.describe(
			"how long NCA waited for our answers, of the last 24 h",
		),
		ack_p99_ms: percentile,
	}),
	jobs: z.strictObject({
		created_per_hour: count.describe(
			"of the last 60 minutes, as far as they were seen",
		),
		average_processing_seconds: average.describe(
			"from the job's creation to our close",
		),
		stuck: count.describe(
			"the last round found them in processing, older than a webhook may take",
		),
		stuck_rate: rate.describe(
			"of those that are known to be in processing: stuck, or with an announced webhook that is not here",
		),
		foreign: count.nullable().describe("of other services, in the last round"),
		waiting: count.describe("to be settled and written"),
		buried: count,
	}),
	recovery: z.strictObject({
		recovered_by_polling: count,
		average_recovery_seconds: average.describe(
			"from the job's creation to our close",
		),
		false_positives: count.describe(
			"completions that polling inferred, and NCA denied",
		),
		false_positive_rate: rate.describe(
			"of the jobs that polling closed by their file",
		),
		webhook_loss_rate: rate.describe(
			"what was recovered, of that and what webhooks closed",
		),
		late_webhooks: count,
	}),
	polling: z.strictObject({
		enabled: z.boolean(),
		last_round: z
			.strictObject({
				at: time,
				checked: count,
				recovered: count,
				failed: count,
				waiting: count,
				errors: count,
				foreign: count,
			})
			.nullable(),
		next_round: time
			.nullable()
			.describe("null where polling is off, is held, or has not begun"),
	}),
	airtable: z.strictObject({
		calls_this_month: count.describe("by UTC"),
		monthly_limit: count.nullable().describe("AIRTABLE_MONTHLY_CALLS"),
		throttled: count.describe("how often it said 429"),
		oldest_waiting_seconds: z
			.number()
			.min(0)
			.nullable()
			.describe(
				"how long what waits to be written has waited; not what waits for its record",
			),
	}),
});

export type Figures = z.infer<typeof figures>;
