import type { Config } from "../config.ts";
import { createDrain, type Drain } from "../inbox/drain.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { createTurns, type Lease } from "../inbox/lease.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Log } from "../log.ts";
import { createAcknowledgements } from "../monitor/acknowledgements.ts";
import type { Alerts } from "../monitor/alerts/alerts.ts";
import { createHealth } from "../monitor/health.ts";
import { createMetrics } from "../monitor/metrics.ts";
import { createMetricsApp } from "../monitor/metrics-route.ts";
import type { createBringBack } from "../poll/bring-back.ts";
import type { Poll } from "../poll/poll.ts";
import type { createApp } from "../receive/app.ts";
import { createDeliveryIds } from "../receive/ids.ts";
import { wireAlerts } from "./alerts.ts";
import { wireApp } from "./app.ts";
import { wireDashboard } from "./dashboard.ts";
import { wireFigures } from "./monitor.ts";
import { wireAirtable, wireSpaces } from "./outside.ts";
import { wirePolling } from "./polling.ts";
import { wireSettle } from "./settle.ts";
import { openStore } from "./store.ts";
import { type Watch, wireWatch } from "./watch.ts";
import { type Common, DAY, realWorld, type World } from "./world.ts";

/** How long a close can be undone, and a job is remembered of which nothing more is heard. */
const CLOSES_KEPT_MS = 90 * DAY;

export type Parts = Pick<Watch, "counts" | "quota" | "dependencies"> & {
	app: ReturnType<typeof createApp>;
	/** What METRICS_PORT serves. */
	metricsApp: ReturnType<typeof createMetricsApp>;
	inbox: Inbox;
	ledger: Ledger;
	drain: Drain;
	/** Whether the drain is this machine's. */
	lease: Lease;
	poll: Poll;
	bringBack: ReturnType<typeof createBringBack>;
	alerts: Alerts;
	/** Resolves when the store can be used, or when that takes too long to wait for. */
	ready: () => Promise<void>;
	/** Begins to take out of the inbox. @returns what ends it, with the batch in hand */
	start: () => () => Promise<void>;
	/** Ends what is sent to browsers as it happens. */
	endStreams: () => void;
	/** Whether webhooks can be taken; kept up to date by what is written. */
	heartbeat: () => Promise<void>;
	/** Writes how long NCA was held since the last time. */
	writeAcknowledgements: () => Promise<void>;
	/** Forgets what ended longer ago than it is kept. */
	prune: () => Promise<unknown>;
	/** Closes the store. */
	close: () => void;
};

/**
 * Wires the parts, in the order of the data's path; nothing runs yet.
 * @throws StoreHeld where another process has the store
 */
export async function createParts(
	config: Config,
	log: Log,
	world: World = realWorld,
): Promise<Parts> {
	const { now, random } = world;
	const newId = createDeliveryIds(now, random);
	const common: Common = { config, log, world, newId };
	const store = await openStore(common);
	const { ledger } = store;
	const health = createHealth(now);
	const acknowledgements = createAcknowledgements({ ledger, now });
	const inbox: Inbox = {
		...store.inbox,
		put: (entry) => health.watch(() => store.inbox.put(entry)),
	};

	const watching = wireWatch(common, ledger);
	const airtable = wireAirtable(common, store, watching);
	const spaces = wireSpaces(common, ledger, watching);
	const metrics = createMetrics({ inbox, ledger, now });
	const settle = wireSettle(common, {
		airtable,
		spaces,
		ledger,
		delayed: metrics.delayed,
	});
	const drain = createDrain({ inbox, settle, newId, log, now, random });
	const wake = store.tells ? () => {} : drain.wake;
	const polling = wirePolling(common, {
		watching,
		airtable,
		spaces,
		ledger,
		inbox,
		inTurn: createTurns(store.round, world.sleep),
		wake,
	});
	const alerts = await wireAlerts(common, {
		inbox,
		ledger,
		lease: store.drain,
		nca: polling.nca,
		airtable: watching.dependencies.airtable.state,
		roundEveryMs: async () =>
			config.ENABLE_JOB_POLLING
				? watching.quota.roundEveryMs()
				: Number.POSITIVE_INFINITY,
	});
	const figures = wireFigures(
		common,
		{ inbox, ledger, acknowledgements },
		watching,
	);
	const dashboard = wireDashboard(common, {
		figures,
		inbox,
		ledger,
		alerts: alerts.open,
		dependencies: watching.dependencies,
	});
	const app = wireApp(common, {
		...polling,
		findRun: async (id) => {
			const job = await airtable.records.find(id);
			return job && { jobId: job.id, ncaJobId: job.ncaJobId };
		},
		isOurFile: (url) => spaces.locate(url) !== null,
		ledger,
		inbox,
		wake,
		canTake: health.canTake,
		wrote: health.wrote,
		alerts,
		dependencies: watching.dependencies,
		holdsDrain: config.REDIS_URL ? store.drain.held : null,
		figures,
		dashboard: dashboard.routes,
		metrics,
		took(ms) {
			acknowledgements.took(ms);
			metrics.took(ms);
		},
	});

	return {
		app,
		metricsApp: createMetricsApp({ metrics, log }),
		inbox,
		ledger,
		drain,
		lease: store.drain,
		counts: watching.counts,
		quota: watching.quota,
		dependencies: watching.dependencies,
		alerts,
		ready: store.ready,
		...polling,
		start() {
			const end = store.start({ wake: drain.wake, watch: health.watch });
			drain.start();
			return async () => {
				await drain.stop();
				await end();
			};
		},
		endStreams: dashboard.close,
		heartbeat: () => health.watch(() => store.inbox.probe()),
		writeAcknowledgements: acknowledgements.write,
		async prune() {
			const before = now() - config.RETENTION_DAYS * DAY;
			await ledger.prune(before, now() - CLOSES_KEPT_MS);
			return inbox.prune(before);
		},
		close: store.close,
	};
}
