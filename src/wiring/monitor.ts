import type { Inbox } from "../inbox/inbox.ts";
import type { Ledger } from "../inbox/ledger.ts";
import type { Acknowledgements } from "../monitor/acknowledgements.ts";
import { createFigures } from "../monitor/measure.ts";
import type { Watch } from "./watch.ts";
import { type Common, MINUTE } from "./world.ts";

/** What operators see. */
export function wireFigures(
	{ config, world }: Common,
	stored: { inbox: Inbox; ledger: Ledger; acknowledgements: Acknowledgements },
	{ quota }: Pick<Watch, "quota">,
) {
	return createFigures({
		...stored,
		polling: {
			enabled: config.ENABLE_JOB_POLLING,
			roundEveryMs: quota.roundEveryMs,
		},
		monthlyLimit: config.AIRTABLE_MONTHLY_CALLS ?? null,
		monitoring: config.ENABLE_WEBHOOK_MONITORING,
		timeoutMs: config.WEBHOOK_TIMEOUT_MINUTES * MINUTE,
		now: world.now,
	});
}
