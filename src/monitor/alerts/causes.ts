import { airtableCauses } from "./causes/airtable.ts";
import type { Cause } from "./causes/cause.ts";
import { deliveryCauses } from "./causes/deliveries.ts";
import { diskCauses } from "./causes/disk.ts";
import { pollingCauses } from "./causes/polling.ts";
import { webhookCauses } from "./causes/webhooks.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * Everything that an operator is told of by himself, in the order in which it is shown. To add one, add it to the file
 * of its subject, where its facts are read.
 */
export const causes: readonly Cause<Snapshot>[] = [
	...webhookCauses,
	...deliveryCauses,
	...airtableCauses,
	...pollingCauses,
	...diskCauses,
];
