import type { Config } from "../config.ts";
import type { Inbox } from "../inbox/inbox.ts";
import type { createTurns } from "../inbox/lease.ts";
import { createQuestions } from "../poll/ask.ts";
import { createBringBack } from "../poll/bring-back.ts";
import { createClockWatch } from "../poll/clock-step.ts";
import { createPutFinding } from "../poll/finding.ts";
import { createGiveUp } from "../poll/give-up.ts";
import { createInspect } from "../poll/inspect.ts";
import { createLook } from "../poll/look.ts";
import { createNcaWatch } from "../poll/nca-watch.ts";
import { createPoll } from "../poll/poll.ts";
import { createSetBack } from "../poll/set-back.ts";
import { type AskNca, createAskNca } from "../probe/nca.ts";
import { readWebhook } from "../receive/read.ts";
import { whenSetBack } from "../settle/earlier.ts";
import type { Outside } from "./outside.ts";
import type { Watch } from "./watch.ts";
import { type Common, DEADLINES, HOUR, MINUTE, setBackMs } from "./world.ts";

/** The inbox, and who empties it. */
export type Reach = { inbox: Inbox; wake: () => void };

type Needs = Outside &
	Reach & { inTurn: ReturnType<typeof createTurns>; watching: Watch };

/** Rounds, and what brings waiting webhooks back. */
export function wirePolling(common: Common, needs: Needs) {
	const { config, log, world } = common;
	const { airtable, spaces, ledger, inbox, inTurn, wake, watching } = needs;
	const { now, monotonic } = world;
	const { polled: records } = airtable;
	const intervalMs = config.POLLING_INTERVAL_MINUTES * MINUTE;
	const maxAgeMs = config.MAX_POLLING_AGE_HOURS * HOUR;
	const ask = wireNca(common, watching);
	const watch = createNcaWatch({ ledger, log, now });
	return {
		poll: createPoll({
			records,
			inspect: wireInspect(common, { ...needs, ask, watch }),
			ledger,
			statuses: config.POLLING_STATUSES,
			finalStatuses: finalStatusesOf(config),
			inbox,
			inTurn,
			wake,
			lookAtClock: createClockWatch({ ledger, log, now, monotonic }),
			timeoutMs: config.WEBHOOK_TIMEOUT_MINUTES * MINUTE,
			intervalMs,
			roundEveryMs: watching.quota.roundEveryMs,
			maxAgeMs,
			log,
			now,
		}),
		bringBack: createBringBack({
			records,
			inbox,
			ledger,
			wake,
			// It is webhooks that wait for their records, and those go first.
			lookEveryMs: async () =>
				Math.min(
					await watching.quota.roundEveryMs(),
					Math.max(HOUR, intervalMs),
				),
			maxAgeMs,
			spacesMark: spaces.mark,
			log,
			now,
		}),
		nca: { configured: ask !== null, hungSince: watch.hungSince },
	};
}

/** null: NCA is not configured. */
function wireNca(
	{ config, world }: Common,
	{ heardNca: heard }: Pick<Watch, "heardNca">,
): AskNca | null {
	const { NCA_BASE_URL: baseUrl, NCA_API_KEY: apiKey = "" } = config;
	const { monotonic, deadlines = DEADLINES } = world;
	const deadlineMs = deadlines.ncaMs;
	return baseUrl
		? createAskNca({ baseUrl, apiKey, deadlineMs, monotonic, heard })
		: null;
}

/** How a round looks at its jobs. */
function wireInspect(
	{ config, log, world, newId }: Common,
	{
		spaces,
		ledger,
		inbox,
		wake,
		ask,
		watch,
	}: Needs & { ask: AskNca | null; watch: ReturnType<typeof createNcaWatch> },
) {
	const { now } = world;
	const put = createPutFinding({ inbox, newId, wake, now });
	return createInspect({
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
			maxAgeMs: config.MAX_POLLING_AGE_HOURS * HOUR,
			ledger,
			log,
		}),
		setBack: createSetBack({
			put,
			whenSetBack: (settled, at) => whenSetBack(settled, at, setBackMs(config)),
			isOurFile: (url) => spaces.locate(url) !== null,
			finalStatuses: finalStatusesOf(config),
			ledger,
			log,
		}),
		spaces,
		ledger,
		now,
	});
}

/** Of jobs that have ended. */
function finalStatusesOf(config: Config): readonly [string, string] {
	return [config.COMPLETED_STATUS, config.FAILED_STATUS];
}
