import type { Inbox } from "../inbox/inbox.ts";
import type { Lease } from "../inbox/lease.ts";
import type { Ledger } from "../inbox/ledger.ts";
import { destroyedIn } from "../inbox/sqlite/destroyed.ts";
import { type Alerts, createAlerts } from "../monitor/alerts/alerts.ts";
import type { Heard } from "../monitor/alerts/causes/airtable.ts";
import { diskOf } from "../monitor/alerts/disk.ts";
import type { Channel } from "../monitor/alerts/notice.ts";
import { createPost } from "../monitor/alerts/post.ts";
import { createGather } from "../monitor/alerts/snapshot.ts";
import { createHttp } from "../probe/http.ts";
import { redactText } from "../receive/redact.ts";
import { type Common, MINUTE } from "./world.ts";

/** For each step of sending a mail, and for the whole of a POST, ms. */
const DEADLINE_MS = 10_000;
/** For the whole of either, ms. */
const WHOLE_MS = 15_000;

type Watched = {
	inbox: Inbox;
	ledger: Ledger;
	lease: Lease;
	nca: { hungSince: () => Promise<number | null> };
	/** How Airtable answers. */
	airtable: () => Heard;
	/** From one round to the next; Infinity: there are none by themselves. */
	roundEveryMs: () => Promise<number>;
};

/** Who is told what. */
export async function wireAlerts(
	{ config, log, world }: Common,
	{ inbox, ledger, lease, nca, airtable, roundEveryMs }: Watched,
): Promise<Alerts> {
	const { now, monotonic } = world;
	const gather = createGather({
		inbox,
		ledger,
		airtable,
		monthlyCalls: config.AIRTABLE_MONTHLY_CALLS ?? null,
		ncaHungSince: nca.hungSince,
		roundEveryMs,
		disk: async () => (config.REDIS_URL ? null : diskOf(config.DATA_DIR)),
		destroyed: async () =>
			config.REDIS_URL ? [] : destroyedIn(config.DATA_DIR),
		isProofDemanded: config.WEBHOOK_SECRET !== undefined,
		timeoutMs: config.WEBHOOK_TIMEOUT_MINUTES * MINUTE,
		startedAt: now(),
		now,
	});
	return createAlerts({
		enabled: config.ENABLE_WEBHOOK_MONITORING,
		gather,
		channels: await channelsOf(config),
		ledger,
		lease,
		redact: redactText,
		baseUrl: config.WEBHOOK_BASE_URL,
		deadlineMs: WHOLE_MS,
		log,
		now,
		monotonic,
	});
}

async function channelsOf({
	ALERT_EMAIL: to,
	ALERT_FROM: from = to,
	SMTP_URL: smtp,
	ALERT_WEBHOOK_URL: url,
}: Common["config"]): Promise<Channel[]> {
	const channels: Channel[] = [];
	if (to && from && smtp) {
		// Who wants no mail needs not load what sends it.
		const { createMail } = await import("../monitor/alerts/mail.ts");
		channels.push(createMail({ url: smtp, from, to, deadlineMs: DEADLINE_MS }));
	}
	if (url) channels.push(createPost({ url, http: createHttp(DEADLINE_MS) }));
	return channels;
}
