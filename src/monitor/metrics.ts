import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Inbox } from "../inbox/inbox.ts";
import type { Ledger } from "../inbox/ledger.ts";

type Needs = {
	inbox: Pick<Inbox, "depth">;
	ledger: Pick<Ledger, "tallies" | "inProcessing">;
	now: () => number;
};

export type Metrics = {
	/** One of NCA's requests was answered after so long, ms. */
	took(ms: number): void;
	/** A run's first webhook came so long after its job was made, ms. */
	delayed(ms: number): void;
	/** The page, and its media type. @throws where the store cannot answer */
	scrape(): Promise<{ text: string; type: string }>;
};

/** Counts in the store's own names: which counter each is of, and by which labels. */
const COUNTERS = [
	{
		name: "nca_webhooks_total",
		help: "Requests on the webhook route, by what became of them",
		labelNames: ["status"],
		pattern: /^webhook (?<status>\w+)$/,
		/** Shown from the first scrape on, so that a first one is seen as a rise. */
		known: [
			"webhook accepted",
			"webhook duplicate",
			"webhook parked",
			"webhook test",
			"webhook malformed",
			"webhook unproven",
			"webhook refused",
		],
	},
	{
		name: "nca_jobs_settled_total",
		help: "Runs whose outcome was settled, by how it was learnt",
		labelNames: ["outcome", "via"],
		pattern: /^settled (?<outcome>\w+) (?<via>\w+)$/,
		known: [],
	},
	{
		name: "poll_rounds_total",
		help: "Rounds that came to their end; no dry runs",
		labelNames: [],
		pattern: /^round$/,
		known: ["round"],
	},
	{
		name: "spaces_heads_total",
		help: "HEAD requests on Spaces",
		labelNames: ["result"],
		pattern: /^head (?<result>\w+)$/,
		known: ["head found", "head absent", "head unknown"],
	},
	{
		name: "airtable_requests_total",
		help: "Requests to Airtable, by its HTTP status; fault: no answer",
		labelNames: ["status"],
		pattern: /^airtable (?<status>\d{3}|fault)$/,
		known: [],
	},
] as const;

const SHARED =
	"From the store: over all machines that share it, and through restarts.";
const OWN = "Of this process alone.";
const ACK_SECONDS = [
	0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10,
];
const DELAY_SECONDS = [
	10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400,
];

/** What Prometheus reads. Totals are the store's, read at each scrape. */
export function createMetrics({ inbox, ledger, now }: Needs): Metrics {
	const registry = new Registry();
	const registers = [registry];
	const counters = COUNTERS.map(({ pattern, known, ...one }) => {
		const { name, labelNames } = one;
		const help = `${one.help}. ${SHARED}`;
		const counter = new Counter<string>({ name, help, labelNames, registers });
		return { counter, pattern, known };
	});
	const gauge = (name: string, what: string, labelNames: string[] = []) =>
		new Gauge({ name, help: `${what}. ${SHARED}`, labelNames, registers });
	const stuck = gauge("nca_jobs_stuck", "Jobs stuck in processing");
	const deep = gauge("nca_inbox_depth", "Deliveries in the inbox", ["state"]);
	const oldest = gauge(
		"nca_inbox_oldest_seconds",
		"How long the oldest one has waited to be written; 0: none waits",
	);
	const histogram = (name: string, what: string, buckets: number[]) =>
		new Histogram({ name, help: `${what}. ${OWN}`, buckets, registers });
	const acks = histogram(
		"nca_webhook_ack_seconds",
		"How long NCA waited for the answer to a webhook",
		ACK_SECONDS,
	);
	const delays = histogram(
		"nca_webhook_delay_seconds",
		"From a job's creation to the first webhook of its run",
		DELAY_SECONDS,
	);

	return {
		took: (ms) => acks.observe(ms / 1000),
		delayed: (ms) => delays.observe(ms / 1000),
		async scrape() {
			const counts = await ledger.tallies();
			const depth = await inbox.depth();
			const processing = await ledger.inProcessing();
			for (const { counter, pattern, known } of counters) {
				counter.reset();
				for (const name of new Set([...known, ...counts.keys()])) {
					const labels = pattern.exec(name);
					if (labels) counter.inc({ ...labels.groups }, counts.get(name) ?? 0);
				}
			}
			stuck.set(processing.stuck);
			for (const state of ["waiting", "parked", "buried"] as const)
				deep.set({ state }, depth[state]);
			const since = depth.oldestAt ?? now();
			oldest.set(Math.max(0, now() - since) / 1000);
			return { text: await registry.metrics(), type: registry.contentType };
		},
	};
}
