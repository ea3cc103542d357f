import type { Acknowledgements } from "./acknowledgements.ts";
import { airtableFigures } from "./airtable.ts";
import type { Figures } from "./figures.ts";
import { jobFigures } from "./jobs.ts";
import { pollingFigures } from "./polling.ts";
import { recoveryFigures } from "./recovery.ts";
import { readStored, type StoreNeeds } from "./stored.ts";
import { webhookFigures } from "./webhooks.ts";

type Needs = StoreNeeds & {
	acknowledgements: Pick<Acknowledgements, "percentiles">;
	polling: {
		enabled: boolean;
		/** From the beginning of one round to the next, ms; Infinity: none is due for now. */
		roundEveryMs: () => number | Promise<number>;
	};
	/** AIRTABLE_MONTHLY_CALLS */
	monthlyLimit: number | null;
	/** ENABLE_WEBHOOK_MONITORING: whether what is wrong is said. */
	monitoring: boolean;
};

/** Makes what reads the figures from the store, each time anew; it throws where the store cannot answer. */
export function createFigures(needs: Needs): () => Promise<Figures> {
	return async () => {
		const stored = await readStored(needs);
		const percentiles = await needs.acknowledgements.percentiles();
		const { enabled, roundEveryMs } = needs.polling;
		const everyMs = enabled ? await roundEveryMs() : null;
		return {
			webhooks: webhookFigures(stored, percentiles, needs.monitoring),
			jobs: jobFigures(stored),
			recovery: recoveryFigures(stored),
			polling: pollingFigures(stored, everyMs),
			airtable: airtableFigures(stored, needs.monthlyLimit),
		};
	};
}
