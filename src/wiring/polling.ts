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
import { createAskNca } from "../probe/nca.ts";
import { readWebhook } from "../receive/read.ts";
import { whenSetBack } from "../settle/earlier.ts";
import { type Common, DEADLINES, HOUR, MINUTE, setBackMs } from "./common.ts";
import type { Outside } from "./outside.ts";
import type { Watch } from "./watch.ts";

/** The inbox, and who empties it. */
export type Reach = { inbox: Inbox; wake: () => void };

/** Rounds, and what brings waiting webhooks back. */
export function wirePolling(
	{ config, log, world, newId }: Common,
	{
		airtable,
		spaces,
		ledger,
		inbox,
		inTurn,
		wake,
		watching,
	}: Outside &
		Reach & { inTurn: ReturnType<typeof createTurns>; watching: Watch },
) {
	const { now, monotonic, deadlines = DEADLINES } = world;
	const { polled: records } = airtable;
	const finalStatuses = [
		config.COMPLETED_STATUS,
		config.FAILED_STATUS,
	] as const;
	const intervalMs = config.POLLING_INTERVAL_MINUTES * MINUTE;
	const maxAgeMs = config.MAX_POLLING_AGE_HOURS * HOUR;
	const { NCA_BASE_URL: baseUrl, NCA_API_KEY: apiKey = "" } = config;
	const ask = baseUrl
		? createAskNca({
				baseUrl,
				apiKey,
				deadlineMs: deadlines.ncaMs,
				monotonic,
				heard: watching.heardNca,
			})
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
			ledger,
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
