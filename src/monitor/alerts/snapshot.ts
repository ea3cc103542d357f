import type { Inbox } from "../../inbox/inbox.ts";
import type { Ledger } from "../../inbox/ledger.ts";
import {
	type AirtableFacts,
	type AirtableNeeds,
	airtableFacts,
} from "./causes/airtable.ts";
import {
	type DeliveryFacts,
	type DeliveryNeeds,
	deliveryFacts,
} from "./causes/deliveries.ts";
import { type DiskFacts, type DiskNeeds, diskFacts } from "./causes/disk.ts";
import {
	createPollingFacts,
	type PollingFacts,
	type PollingNeeds,
} from "./causes/polling.ts";
import {
	type WebhookFacts,
	type WebhookNeeds,
	webhookFacts,
} from "./causes/webhooks.ts";

const DAY_MS = 24 * 3_600_000;

/** What the causes of alerts are judged by, of one moment. */
export type Snapshot = {
	/** ms since the epoch */
	at: number;
} & WebhookFacts &
	DeliveryFacts &
	AirtableFacts &
	PollingFacts &
	DiskFacts;

type Needs = WebhookNeeds &
	DeliveryNeeds &
	AirtableNeeds &
	PollingNeeds &
	DiskNeeds & {
		inbox: Pick<Inbox, "depth">;
		ledger: Pick<Ledger, "tallies">;
		now: () => number;
	};

/** Looks at everything that an alert can be about. @throws where the store cannot answer */
export function createGather(needs: Needs): () => Promise<Snapshot> {
	const { inbox, ledger, now } = needs;
	const pollingFacts = createPollingFacts(needs);

	return async () => {
		const at = now();
		const day = await ledger.tallies(at - DAY_MS);
		const ever = await ledger.tallies();
		const moment = { at, day, ever, depth: await inbox.depth() };
		return {
			at,
			...(await webhookFacts(needs, moment)),
			...(await deliveryFacts(needs, moment)),
			...airtableFacts(needs, moment),
			...(await pollingFacts(moment)),
			...(await diskFacts(needs)),
		};
	};
}
