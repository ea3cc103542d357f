/**
 * What `GET /status` shows, by its very names. Rates are from 0 to 1, times in ISO, all null where nothing was
 * measured.
 */
export type Figures = {
	webhooks: {
		status: string;
		/** All that passed proof, repeats and what is not JSON too. */
		received: number;
		/** Ended done, whichever outcome. */
		processed: number;
		/** Not JSON, or buried. */
		failed: number;
		/** Now. */
		parked: number;
		duplicate: number;
		last_received: string | null;
		/** Of the last 60 minutes. */
		per_hour: number;
		/** From the job's creation. */
		average_delay_seconds: number | null;
		success_rate: number | null;
		/** How long NCA waited for our answers, of the last 24 h. */
		ack_p50_ms: number | null;
		ack_p99_ms: number | null;
	};
	jobs: {
		/** Of the last 60 minutes, as far as they were seen. */
		created_per_hour: number;
		/** From the job's creation to our close. */
		average_processing_seconds: number | null;
		stuck: number;
		/** Of those that are known to be in processing. */
		stuck_rate: number | null;
		/** Of the last round. */
		foreign: number;
		/** To be settled and written. */
		waiting: number;
		buried: number;
	};
	recovery: {
		recovered_by_polling: number;
		/** From the job's creation to our close. */
		average_recovery_seconds: number | null;
		false_positives: number;
		false_positive_rate: number | null;
		webhook_loss_rate: number | null;
		late_webhooks: number;
	};
	polling: {
		enabled: boolean;
		last_round:
			| ({ at: string } & Record<
					"checked" | "recovered" | "failed" | "waiting" | "errors" | "foreign",
					number
			  >)
			| null;
		next_round: string | null;
	};
	airtable: {
		calls_this_month: number;
		/** AIRTABLE_MONTHLY_CALLS */
		monthly_limit: number | null;
		/** How often it said 429. */
		throttled: number;
		oldest_waiting_seconds: number | null;
	};
};
