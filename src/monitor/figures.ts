/**
 * What `GET /status` shows, by its very names. Rates are from 0 to 1, times in ISO, all null where nothing was
 * measured.
 */
export type Figures = {
	webhooks: {
		/** One of four: see the README. */
		status: string;
		/** All that passed proof, repeats and what is not JSON too. */
		received: number;
		/** Ended done, whichever outcome. */
		processed: number;
		/** Not JSON, or buried. */
		failed: number;
		/** That are parked now. */
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
		/** The last round found them in processing, older than a webhook may take. */
		stuck: number;
		/** Of those that are known to be in processing: stuck, or with an announced webhook that is not here. */
		stuck_rate: number | null;
		/** Of other services, in the last round. */
		foreign: number | null;
		/** To be settled and written. */
		waiting: number;
		buried: number;
	};
	recovery: {
		recovered_by_polling: number;
		/** From the job's creation to our close. */
		average_recovery_seconds: number | null;
		/** Completions that polling inferred, and NCA denied. */
		false_positives: number;
		/** Of the jobs that polling closed by their file. */
		false_positive_rate: number | null;
		/** What was recovered, of that and what webhooks closed. */
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
		/** Null where polling is off, is held, or has not begun. */
		next_round: string | null;
	};
	airtable: {
		/** By UTC. */
		calls_this_month: number;
		/** AIRTABLE_MONTHLY_CALLS */
		monthly_limit: number | null;
		/** How often it said 429. */
		throttled: number;
		/** How long what waits to be written has waited; not what waits for its record. */
		oldest_waiting_seconds: number | null;
	};
};
