import type { AirtableAnswer } from "../airtable/gateway.ts";
import type { Tallies } from "../inbox/ledger/tallies.ts";
import { createCounts } from "../monitor/counts.ts";
import { createDependency } from "../monitor/dependencies.ts";
import { createQuota } from "../monitor/quota.ts";
import type { Head } from "../probe/spaces.ts";
import { type Common, MINUTE } from "./world.ts";

/** What is heard of those whom the program asks. */
export type Watch = ReturnType<typeof wireWatch>;

/** Counts what is heard, and keeps how each was last. */
export function wireWatch({ config, log, world }: Common, ledger: Tallies) {
	const { now } = world;
	const counts = createCounts({ ledger, now });
	const airtable = createDependency(now);
	const spaces = createDependency(now);
	const nca = createDependency(now);
	const quota = createQuota({
		ledger,
		limit: config.AIRTABLE_MONTHLY_CALLS ?? null,
		intervalMs: config.POLLING_INTERVAL_MINUTES * MINUTE,
		log,
		now,
	});

	return {
		counts,
		quota,
		dependencies: { airtable, spaces, nca },
		heardAirtable({ status, fault }: AirtableAnswer) {
			counts.add(`airtable ${status ?? "fault"}`);
			airtable.heard(fault, status);
		},
		heardHead(head: Head) {
			// Not asked, it tells nothing.
			if (head.kind === "unknown" && !head.asked) return;
			counts.add(`head ${head.kind}`);
			spaces.heard(head.kind === "unknown" ? head.why : null);
		},
		heardNca: nca.heard,
	};
}
