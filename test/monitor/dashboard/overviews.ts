import type { Recorded } from "../../../src/inbox/inbox.ts";
import type { KnownJob } from "../../../src/inbox/ledger/known-jobs.ts";
import type { DeliveryId, NcaJobId, RecordId } from "../../../src/job.ts";
import { lastDay } from "../../../src/monitor/dashboard/hours.ts";
import type { Overview } from "../../../src/monitor/dashboard/overview.ts";
import type { Figures } from "../../../src/monitor/figures.ts";
import { HOUR, MINUTE, START } from "../../set-up.ts";

type Parted<T> = { [Part in keyof T]?: Partial<T[Part]> };

/** Figures of a quiet day, but for what is said. */
export function figures(other: Parted<Figures> = {}): Figures {
	return {
		webhooks: {
			status: "Healthy",
			received: 412,
			processed: 398,
			failed: 4,
			parked: 0,
			duplicate: 7,
			last_received: new Date(START - MINUTE).toISOString(),
			per_hour: 18,
			average_delay_seconds: 74,
			success_rate: 0.99,
			ack_p50_ms: 2,
			ack_p99_ms: 20,
			...other.webhooks,
		},
		jobs: {
			created_per_hour: 19,
			average_processing_seconds: 96,
			stuck: 0,
			stuck_rate: 0,
			foreign: 3,
			waiting: 0,
			buried: 0,
			...other.jobs,
		},
		recovery: {
			recovered_by_polling: 23,
			average_recovery_seconds: 540,
			false_positives: 0,
			false_positive_rate: 0,
			webhook_loss_rate: 0.054,
			late_webhooks: 9,
			...other.recovery,
		},
		polling: {
			enabled: true,
			last_round: {
				at: new Date(START - MINUTE).toISOString(),
				checked: 0,
				recovered: 0,
				failed: 0,
				waiting: 0,
				errors: 0,
				foreign: 3,
			},
			next_round: new Date(START + MINUTE).toISOString(),
			...other.polling,
		},
		airtable: {
			calls_this_month: 8412,
			monthly_limit: null,
			throttled: 0,
			oldest_waiting_seconds: null,
			...other.airtable,
		},
	};
}

/** A moment at which all is well, but for what is said. */
export function overview(other: Partial<Overview> = {}): Overview {
	return {
		at: START,
		figures: figures(),
		alerts: [],
		dependencies: [],
		stuck: [],
		buried: [],
		parked: [],
		webhooks: [],
		hours: lastDay(new Map(), START),
		...other,
	};
}

export function stuckJob(other: Partial<KnownJob> = {}): KnownJob {
	return {
		jobId: "recStuckJob000001" as RecordId,
		ncaJobId: "4d5c1b0e-7f3a-4c2e-9a6b-000000000001" as NcaJobId,
		operation: "combine",
		targetId: null,
		state: "stuck",
		createdAt: START - 12 * MINUTE,
		firstSeenAt: START - 6 * MINUTE,
		stuckSince: START - 6 * MINUTE,
		checkedAt: START - 2 * MINUTE,
		ncaSaid: "running",
		looked: { verdict: "waiting", why: "NCA says running" },
		settled: null,
		...other,
	};
}

export function recorded(other: Partial<Recorded> = {}): Recorded {
	return {
		id: "d01" as DeliveryId,
		task: "outcome",
		receivedAt: START - HOUR,
		via: "webhook",
		proof: "none",
		query: "",
		body: Buffer.from("{}"),
		state: "done",
		reason: null,
		jobId: "recDoneJob000001" as RecordId,
		ncaJobId: null,
		method: "POST",
		ip: "10.0.0.7",
		userAgent: "python-requests/2.32.3",
		attempts: 1,
		dueAt: null,
		...other,
	};
}
