import { createSettle } from "../settle/settle.ts";
import type { Outside } from "./outside.ts";
import { type Common, HOUR, MINUTE, read, setBackMs } from "./world.ts";

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
		heads: spaces.headsOfWebhooks,
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
