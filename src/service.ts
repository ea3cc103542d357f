import { setTimeout as sleep } from "node:timers/promises";
import { createGateway } from "./airtable/gateway.ts";
import { createLimiter } from "./airtable/limiter.ts";
import { createRecords } from "./airtable/records.ts";
import { createRefusals } from "./airtable/refusals.ts";
import { createWrite } from "./airtable/write.ts";
import type { Config } from "./config.ts";
import { createDrain, type Drain } from "./inbox/drain.ts";
import type { Inbox } from "./inbox/inbox.ts";
import { migrations } from "./inbox/migrations.ts";
import { openDatabase } from "./inbox/sqlite.ts";
import { createSqliteInbox } from "./inbox/sqlite-inbox.ts";
import { createSqliteLedger } from "./inbox/sqlite-ledger.ts";
import type { Log } from "./log.ts";
import { createHealth } from "./monitor/health.ts";
import { createDebugRoutes } from "./operate/debug-routes.ts";
import { createAdminGate } from "./operate/gate.ts";
import { objectNames } from "./operations.ts";
import { createLook } from "./poll/look.ts";
import { createPoll, type Poll } from "./poll/poll.ts";
import { createSchedule } from "./poll/schedule.ts";
import { locate, objectAt } from "./probe/object.ts";
import { createHead } from "./probe/spaces.ts";
import { createAdmit } from "./receive/admit.ts";
import { createApp } from "./receive/app.ts";
import { createDebugWebhookRoute } from "./receive/debug-webhook.ts";
import { createDeliveryIds } from "./receive/ids.ts";
import { parseObject, readWebhook } from "./receive/read.ts";
import { listen } from "./receive/server.ts";
import { createWebhookRoute } from "./receive/webhook.ts";
import { createSettle } from "./settle/settle.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const AIRTABLE_DEADLINE_MS = 30_000;
const HEAD_DEADLINE_MS = 5_000;
const HEADS_AT_ONCE = 16;

/** Time and chance, so that tests can turn them. */
export type World = {
	/** ms since the epoch */
	now: () => number;
	/** ms of a clock that is never set */
	monotonic: () => number;
	random: () => number;
	sleep: (ms: number) => Promise<unknown>;
};

const world: World = {
	now: Date.now,
	monotonic: () => performance.now(),
	random: Math.random,
	sleep: (ms) => sleep(ms),
};

export type Parts = {
	app: ReturnType<typeof createApp>;
	inbox: Inbox;
	drain: Drain;
	poll: Poll;
	/** Whether webhooks can be taken; kept up to date by what is written. */
	heartbeat: () => Promise<void>;
	/** Forgets recorded requests that ended longer ago than they are kept. */
	prune: () => Promise<unknown>;
	/** Closes the store. */
	close: () => void;
};

/**
 * Wires the parts, in the order of the data's path; nothing runs yet.
 * @throws StoreHeld where another process has the store
 */
export function createParts(
	config: Config,
	log: Log,
	{ now, monotonic, random, sleep }: World = world,
): Parts {
	const db = openDatabase(config.DATA_DIR, migrations);
	const store = createSqliteInbox(db);
	const ledger = createSqliteLedger(db);
	const health = createHealth(now);
	const inbox: Inbox = {
		...store,
		put: (entry) => health.watch(() => store.put(entry)),
	};

	const limiter = createLimiter({
		requestsPerSecond: config.AIRTABLE_REQUESTS_PER_SECOND,
		monotonic,
		sleep,
	});
	const gateway = createGateway({
		apiKey: config.AIRTABLE_API_KEY,
		baseId: config.AIRTABLE_BASE_ID,
		endpointUrl: config.AIRTABLE_ENDPOINT_URL,
		limiter,
		deadlineMs: AIRTABLE_DEADLINE_MS,
		log,
	});
	const records = createRecords({ gateway, log });
	const write = createWrite({ gateway, refusals: createRefusals(now), log });
	const head = createHead({
		deadlineMs: HEAD_DEADLINE_MS,
		most: HEADS_AT_ONCE,
	});
	const maxAgeMs = config.MAX_POLLING_AGE_HOURS * HOUR;

	const settle = createSettle({
		records,
		write,
		head,
		memory: ledger,
		read: ({ query, body }) => {
			const parsed = parseObject(body);
			return readWebhook(query, parsed.kind === "object" ? parsed.fields : {});
		},
		rules: {
			completedStatus: config.COMPLETED_STATUS,
			failedStatus: config.FAILED_STATUS,
			locate: (url) => locate(config.SPACES_BASE_URL, url),
		},
		maxAgeMs,
		log,
		now,
	});
	const drain = createDrain({ inbox, settle, log, now, random });

	const { wake } = drain;
	const newId = createDeliveryIds(now, random);
	const candidates = (...of: Parameters<typeof objectNames>) =>
		config.SPACES_BASE_URL.flatMap((base) =>
			objectNames(...of).map((name) => objectAt(base, name)),
		);
	const poll = createPoll({
		records,
		look: createLook({ head, candidates, inbox, newId, wake, now }),
		ledger,
		statuses: config.POLLING_STATUSES,
		timeoutMs: config.WEBHOOK_TIMEOUT_MINUTES * MINUTE,
		intervalMs: config.POLLING_INTERVAL_MINUTES * MINUTE,
		log,
		now,
	});

	const { onFly, production } = config;
	const { WEBHOOK_SECRET, WEBHOOK_SECRET_PREVIOUS = WEBHOOK_SECRET } = config;
	const secrets =
		WEBHOOK_SECRET && WEBHOOK_SECRET_PREVIOUS
			? [WEBHOOK_SECRET, WEBHOOK_SECRET_PREVIOUS]
			: [];
	const admit = createAdmit({
		secrets,
		isOurFile: (url) => locate(config.SPACES_BASE_URL, url) !== null,
	});
	const gate = createAdminGate({ adminToken: config.ADMIN_TOKEN, production });
	const app = createApp({
		webhook: createWebhookRoute({ inbox, admit, newId, wake, onFly, now }),
		debugWebhook: createDebugWebhookRoute({ log }),
		canTake: health.canTake,
		admin: createDebugRoutes({ gate, poll, inbox, log, now }),
		log,
		onFly,
		now,
	});

	return {
		app,
		inbox,
		drain,
		poll,
		heartbeat: () => health.watch(() => store.probe()),
		prune: () => inbox.prune(now() - config.RETENTION_DAYS * DAY),
		close: () => db.close(),
	};
}

export type Service = { url: string; stop: () => Promise<void> };

/**
 * Starts everything. Stopping: no more requests, those in flight answered, the clock, the drain with its batch,
 * the store.
 * @throws StartError where the folder or the port cannot be had
 */
export async function startService(config: Config, log: Log): Promise<Service> {
	await using starting = new AsyncDisposableStack();
	const parts = createParts(config, log);
	starting.defer(parts.close);
	starting.defer(parts.drain.stop);
	const schedule = createSchedule(choresOf(parts, config), log);
	starting.defer(schedule.stop);
	const door = await listen(parts.app, {
		host: config.HOST,
		port: config.PORT,
	});
	starting.defer(door.close);
	parts.drain.start();
	schedule.start();
	const running = starting.move();
	return {
		url: `http://${reachable(config.HOST)}:${door.port}`,
		stop: () => running.disposeAsync(),
	};
}

/** Who listens everywhere listens here too. */
function reachable(host: string): string {
	if (host === "0.0.0.0" || host === "::") return "localhost";
	return host.includes(":") ? `[${host}]` : host;
}

function choresOf({ poll, heartbeat, prune }: Parts, config: Config) {
	let firstRound = config.ENABLE_JOB_POLLING;
	return [
		{ name: "heartbeat", run: heartbeat },
		{ name: "prune", run: prune },
		{
			name: "poll round",
			async run() {
				const due =
					firstRound || (config.ENABLE_JOB_POLLING && (await poll.isDue()));
				firstRound = false;
				if (due) await poll.round();
			},
		},
	];
}
