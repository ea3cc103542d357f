import { expect, test } from "vitest";
import { setUp } from "../set-up.ts";
import { figuresOf } from "./figures-of.ts";

test("of an empty store every figure is told: no count, and null where nothing was measured", async () => {
	const bench = await setUp({ AIRTABLE_MONTHLY_CALLS: "1000" });

	const { webhooks, jobs, recovery, polling, airtable } =
		await figuresOf(bench);

	expect({ webhooks, jobs, recovery, polling, airtable }).toEqual({
		webhooks: {
			status: "No webhooks received",
			received: 0,
			processed: 0,
			failed: 0,
			parked: 0,
			duplicate: 0,
			last_received: null,
			per_hour: 0,
			average_delay_seconds: null,
			success_rate: null,
			ack_p50_ms: null,
			ack_p99_ms: null,
		},
		jobs: {
			created_per_hour: 0,
			average_processing_seconds: null,
			stuck: 0,
			stuck_rate: null,
			foreign: null,
			waiting: 0,
			buried: 0,
		},
		recovery: {
			recovered_by_polling: 0,
			average_recovery_seconds: null,
			false_positives: 0,
			false_positive_rate: null,
			webhook_loss_rate: null,
			late_webhooks: 0,
		},
		polling: { enabled: true, last_round: null, next_round: null },
		airtable: {
			calls_this_month: 0,
			monthly_limit: 1000,
			throttled: 0,
			oldest_waiting_seconds: null,
		},
	});
});
