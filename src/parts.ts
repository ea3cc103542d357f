import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createGateway } from "./airtable/gateway.ts";
import { createLimiter } from "./airtable/limiter.ts";
import { createPace } from "./airtable/pace.ts";
import { createRecords } from "./airtable/records.ts";
import { createRefusals } from "./airtable/refusals.ts";
import { createWrite } from "./airtable/write.ts";
import type { Config } from "./config.ts";
import { faultFields } from "./errors.ts";
import { createDrain, type Drain } from "./inbox/drain.ts";
import type { Entry, Inbox } from "./inbox/inbox.ts";
import { createTurns, type Lease } from "./inbox/lease.ts";
import type { Ledger } from "./inbox/ledger.ts";
import { openSqliteStore } from "./inbox/sqlite-store.ts";
import type { Store } from "./inbox/store.ts";
import type { Delivery, DeliveryId, NcaJobId, Reading, RunKey } from "./job.ts";
import type { Log } from "./log.ts";
import {
	type Acknowledgements,
	createAcknowledgements,
} from "./monitor/acknowledgements.ts";
import { createHealth } from "./monitor/health.ts";
import { createStatusRoute } from "./monitor/status.ts";
import { createAdminRoutes } from "./operate/admin-routes.ts";
import { createExpectedRoute } from "./operate/expected-route.ts";
import { createAdminGate } from "./operate/gate.ts";
import { createJobRoutes } from "./operate/job-routes.ts";
import { createWebhookRoutes } from "./operate/webhook-routes.ts";
import type { OperationName } from "./operations.ts";
import { createQuestions } from "./poll/ask.ts";
import { createBringBack } from "./poll/bring-back.ts";
import { createPutFinding } from "./poll/finding.ts";
import { createGiveUp } from "./poll/giving-up.ts";
import { createInspect } from "./poll/inspect.ts";
import { createLook } from "./poll/look.ts";
import { createNcaWatch } from "./poll/nca-watch.ts";
import { createPoll, type Poll } from "./poll/poll.ts";
import { createSetBack } from "./poll/set-back.ts";
import { createAskNca } from "./probe/nca.ts";
import { createLocate, objectAt } from "./probe/object.ts";
import { candidateNames } from "./probe/object-names.ts";
import { createHeads } from "./probe/spaces.ts";
import { createAdmit } from "./receive/admit.ts";
import { createApp } from "./receive/app.ts";
import { createDebugWebhookRoute } from "./receive/debug-webhook.ts";
import { createDeliveryIds } from "./receive/ids.ts";
import { tokenFor } from "./receive/proof.ts";
import { parseObject, readWebhook } from "./receive/read.ts";
import { createWebhookRoute } from "./receive/webhook.ts";
import { isSameSecret } from "./secret.ts";
import { whenSetBack } from "./settle/earlier.ts";
import { createSettle } from "./settle/settle.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const AIRTABLE_DEADLINE_MS = 30_000;
const HEAD_DEADLINE_MS = 5_000;
const HEADS_AT_ONCE = 16;
const NCA_DEADLINE_MS = 5_000;
/** How long a close can be undone, and a job is remembered of which nothing more is heard. */
const CLOSES_KEPT_MS = 90 * DAY;

/** Time and chance, so that tests can turn them. */
export type World = {
	/** ms since the epoch */
	now: () => number;
	/** ms of a clock that is never set */
	monotonic: () => number;
	random: () => number;
	sleep: (ms: number) => Promise<unknown>;
};

const realWorld: World = {
	now: Date.now,
	monotonic: () => performance.now(),
	random: Math.random,
	sleep: (ms) => sleep(ms),
};

export type Parts = {
	app: ReturnType<typeof createApp>;
	inbox: Inbox;
	ledger: Ledger;
	drain: Drain;
	/** Whether the drain is this machine's. */
	lease: Lease;
	poll: Poll;
	bringBack: ReturnType<typeof createBringBack>;
	/** Resolves when the store can be used, or when that takes too long to wait for. */
	ready: () => Promise<void>;
	/** Begins to take out of the inbox. @returns what ends it, with the batch in hand */
	start: () => () => Promise<void>;
	/** Whether webhooks can be taken; kept up to date by what is written. */
	heartbeat: () => Promise<void>;
	/** Writes how long NCA was held since the last time. */
	writeAcknowledgements: () => Promise<void>;
	/** Forgets what ended longer ago than it is kept. */
	prune: () => Promise<unknown>;
	/** Closes the store. */
	close: () => void;
};

/** What every part of the wiring may need. */
type Common = {
	config: Config;
	log: Log;
	world: World;
	newId: () => DeliveryId;
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

	const airtable = wireAirtable(common, store);
	const spaces = wireSpaces(common, ledger);
	const settle = wireSettle(common, { airtable, spaces, ledger });
	const drain = createDrain({ inbox, settle, newId, log, now, random });
	const { wake } = drain;
	const polling = wirePolling(common, {
		airtable,
		spaces,
		ledger,
		inbox,
		inTurn: createTurns(store.round, world.sleep),
		wake,
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
		acknowledgements,
	});

	return {
		app,
		inbox,
		ledger,
		drain,
		lease: store.drain,
		ready: store.ready,
		...polling,
		start() {
			const end = store.start({ wake, watch: health.watch });
			drain.start();
			return async () => {
				await drain.stop();
				await end();
			};
		},
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

async function openStore({ config, log, newId }: Common): Promise<Store> {
	const { REDIS_URL: url, DATA_DIR } = config;
	if (!url) return openSqliteStore(DATA_DIR);
	// Its client takes 5 MB, which a small machine without a Redis has better use for.
	const { openRedisStore } = await import("./inbox/redis-store.ts");
	return openRedisStore({
		url,
		machine: newId(),
		requestsPerSecond: config.AIRTABLE_REQUESTS_PER_SECOND,
		log,
	});
}

function wireAirtable({ config, log, world }: Common, store: Store) {
	const { now, monotonic, sleep } = world;
	const requestsPerSecond = config.AIRTABLE_REQUESTS_PER_SECOND;
	const pace = store.pace ?? createPace({ requestsPerSecond, monotonic });
	const limiter = createLimiter({ pace, monotonic, sleep });
	const gateway = createGateway({
		apiKey: config.AIRTABLE_API_KEY,
		baseId: config.AIRTABLE_BASE_ID,
		endpointUrl: config.AIRTABLE_ENDPOINT_URL,
		limiter,
		// One who has lost the drain without knowing writes nothing.
		mayWrite: store.drain.confirm,
		deadlineMs: AIRTABLE_DEADLINE_MS,
		log,
	});
	return {
		records: createRecords({ gateway, log }),
		write: createWrite({ gateway, refusals: createRefusals(now), log }),
	};
}

function wireSpaces({ config, world }: Common, ledger: Ledger) {
	const bases = config.SPACES_BASE_URL;
	const setting = bases.join(",");
	let hasAnswered = false;

	return {
		heads: createHeads({ deadlineMs: HEAD_DEADLINE_MS, most: HEADS_AT_ONCE }),
		locate: createLocate(bases),
		places: (
			operation: OperationName | null,
			endpoint: string | null,
			ncaJobId: NcaJobId,
		) =>
			bases.flatMap((base) =>
				candidateNames(operation, endpoint, ncaJobId).map(({ name, only }) => ({
					object: objectAt(base, name),
					only,
				})),
			),
		/** Whether a file was ever seen under this very setting. */
		async answered() {
			const at = await ledger.fact(`spaces_answered ${setting}`);
			return at !== null;
		},
		async sawFile() {
			if (hasAnswered) return;
			await ledger.note(`spaces_answered ${setting}`, world.now());
			hasAnswered = true;
		},
		/** A number for the setting: another is another's. */
		mark: Number.parseInt(
			createHash("sha256").update(setting).digest("hex").slice(0, 12),
			16,
		),
	};
}

/** How long after a close the engine may set a job back; a round must have come to see it. ms */
function setBackMs(config: Config): number {
	const { WEBHOOK_TIMEOUT_MINUTES: timeout } = config;
	const seen = timeout + 2 * config.POLLING_INTERVAL_MINUTES;
	return Math.max(15, seen) * MINUTE;
}

/** A webhook's body, and its query, in our words. */
function read({ query, body }: Pick<Delivery, "query" | "body">): Reading {
	const parsed = parseObject(body);
	return readWebhook(query, parsed.kind === "object" ? parsed.fields : {});
}

type Outside = {
	airtable: ReturnType<typeof wireAirtable>;
	spaces: ReturnType<typeof wireSpaces>;
	ledger: Ledger;
};

function wireSettle(
	{ config, log, world }: Common,
	{ airtable, spaces, ledger }: Outside,
) {
	return createSettle({
		...airtable,
		// A webhook's file must not wait behind a round's.
		heads: createHeads({ deadlineMs: HEAD_DEADLINE_MS, most: HEADS_AT_ONCE }),
		memory: { ...ledger, spacesAnswered: spaces.sawFile },
		read,
		rules: {
			completedStatus: config.COMPLETED_STATUS,
			failedStatus: config.FAILED_STATUS,
			pollingStatuses: config.POLLING_STATUSES,
			setBackMs: setBackMs(config),
			locate: spaces.locate,
		},
		maxAgeMs: config.MAX_POLLING_AGE_HOURS * HOUR,
		patienceMs: config.WEBHOOK_TIMEOUT_MINUTES * MINUTE,
		log,
		now: world.now,
	});
}

function wirePolling(
	{ config, log, world, newId }: Common,
	{
		airtable,
		spaces,
		ledger,
		inbox,
		inTurn,
		wake,
	}: Outside & Reach & { inTurn: ReturnType<typeof createTurns> },
) {
	const { now, monotonic } = world;
	const { records } = airtable;
	const finalStatuses = [
		config.COMPLETED_STATUS,
		config.FAILED_STATUS,
	] as const;
	const maxAgeMs = config.MAX_POLLING_AGE_HOURS * HOUR;
	const { NCA_BASE_URL: baseUrl, NCA_API_KEY: apiKey = "" } = config;
	const ask = baseUrl
		? createAskNca({ baseUrl, apiKey, deadlineMs: NCA_DEADLINE_MS, monotonic })
		: null;
	const watch = createNcaWatch({ ledger, log, now });
	const put = createPutFinding({ inbox, newId, wake, now });
	const inspect = createInspect({
		heads: spaces.heads,
		look: createLook(spaces),
		question: createQuestions({
			ask,
			...spaces,
			read: (body) => readWebhook("", body),
			ledger,
			log,
			now,
		}),
		isNcaConfigured: ask !== null,
		watch,
		put,
		giveUp: createGiveUp({
			put,
			isNcaConfigured: ask !== null,
			statuses: config.POLLING_STATUSES,
			maxAgeMs,
			log,
		}),
		setBack: createSetBack({
			put,
			whenSetBack: (settled, at) => whenSetBack(settled, at, setBackMs(config)),
			isOurFile: (url) => spaces.locate(url) !== null,
			finalStatuses,
			ledger,
			log,
		}),
		spaces,
		ledger,
		now,
	});
	return {
		poll: createPoll({
			records,
			inspect,
			ledger,
			statuses: config.POLLING_STATUSES,
			finalStatuses,
			inbox,
			inTurn,
			wake,
			timeoutMs: config.WEBHOOK_TIMEOUT_MINUTES * MINUTE,
			intervalMs: config.POLLING_INTERVAL_MINUTES * MINUTE,
			maxAgeMs,
			log,
			now,
		}),
		bringBack: createBringBack({
			records,
			inbox,
			ledger,
			wake,
			maxAgeMs,
			spacesMark: spaces.mark,
			log,
			now,
		}),
		nca: { configured: ask !== null, hungSince: watch.hungSince },
	};
}

/** The inbox, and who empties it. */
type Reach = { inbox: Inbox; wake: () => void };

type Behind = Reach &
	Pick<ReturnType<typeof wirePolling>, "poll" | "bringBack" | "nca"> & {
		findRun: (id: string) => Promise<RunKey | null>;
		isOurFile: (url: string) => boolean;
		ledger: Ledger;
		canTake: () => boolean;
		acknowledgements: Acknowledgements;
	};

function wireApp({ config, log, world, newId }: Common, behind: Behind) {
	const { now, monotonic } = world;
	const { poll, nca, ledger, inbox, wake, canTake } = behind;
	const { acknowledgements } = behind;
	const { findRun, isOurFile } = behind;
	const { onFly, production } = config;
	const { WEBHOOK_SECRET, WEBHOOK_SECRET_PREVIOUS = WEBHOOK_SECRET } = config;
	const secrets =
		WEBHOOK_SECRET && WEBHOOK_SECRET_PREVIOUS
			? [WEBHOOK_SECRET, WEBHOOK_SECRET_PREVIOUS]
			: [];
	const isTokenOf = (token: string, ...of: [string, string]) =>
		secrets.some((secret) => isSameSecret(token, tokenFor(secret, ...of)));
	const admit = createAdmit({ secrets, isOurFile });
	const gate = createAdminGate({ adminToken: config.ADMIN_TOKEN, production });
	const suspect = (entry: Entry) => {
		ledger
			.dueNow(read(entry))
			.catch((error) => log.warn(faultFields(error), "job not made due"));
	};
	return createApp({
		webhook: createWebhookRoute({
			inbox,
			admit,
			newId,
			wake,
			suspect,
			onFly,
			now,
		}),
		debugWebhook: createDebugWebhookRoute({ log }),
		canTake,
		admin: createAdminRoutes({
			gate,
			open: [createExpectedRoute({ gate, isTokenOf, ledger, log, now })],
			routes: [
				createStatusRoute({
					inbox,
					ledger,
					acknowledgements,
					nca,
					timeoutMs: config.WEBHOOK_TIMEOUT_MINUTES * MINUTE,
					retentionMs: config.RETENTION_DAYS * DAY,
					now,
				}),
				createWebhookRoutes({ inbox, wake, log, now }),
				createJobRoutes({
					poll,
					matchRecords: behind.bringBack.matched,
					inbox,
					ledger,
					findRun,
					isOurFile,
					newId,
					wake,
					log,
					now,
				}),
			],
			log,
		}),
		log,
		onFly,
		monotonic,
		took: acknowledgements.took,
	});
}
