import { createHeads } from "../probe/spaces.ts";
import { createSettle } from "../settle/settle.ts";
import {
	type Common,
	HEAD_DEADLINE_MS,
	HEADS_AT_ONCE,
	HOUR,
	MINUTE,
	read,
	setBackMs,
} from "./common.ts";
import type { Outside } from "./outside.ts";

/** What an outcome does. */
export function wireSettle(
	{ config, log, world }: Common,
	{
		airtable,
		spaces,
		ledger,
		delayed,
	}: Outside & {
		/** A run's first webhook came so long after its job was made, ms. */
		delayed: (ms: number) => void;
	},
) {
	return createSettle({
		...airtable,
		// A webhook's file must not wait behind a round's.
		heads: createHeads({ deadlineMs: HEAD_DEADLINE_MS, most: HEADS_AT_ONCE }),
		memory: {
			...ledger,
			async arrived(arrivals) {
				for (const ms of await ledger.arrived(arrivals)) delayed(ms);
			},
			spacesAnswered: spaces.sawFile,
		},
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
