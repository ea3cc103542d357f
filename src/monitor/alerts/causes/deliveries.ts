import type { Inbox } from "../../../inbox/inbox.ts";
import type { Ledger } from "../../../inbox/ledger.ts";
import { type Shelved, shelvedOf } from "../shelved.ts";
import type { Cause, Moment } from "./cause.ts";

/** Tables and fields that are refused are named, up to so many. */
const MOST_REASONS = 5;

/** Deliveries that do not go on by themselves. */
export type DeliveryFacts = {
	shelved: Shelved[];
	/** Waiting for a field that Airtable refuses: how many, and what was said to some of them. */
	refused: { count: number; reasons: string[] };
};

export type DeliveryNeeds = {
	inbox: Pick<Inbox, "list" | "whyWaiting">;
	ledger: Pick<Ledger, "recall" | "jobOf">;
};

/** @throws where the store cannot answer */
export async function deliveryFacts(
	needs: DeliveryNeeds,
	{ depth }: Moment,
): Promise<DeliveryFacts> {
	const { refused: count = 0 } = depth.waitingFor;
	return {
		shelved: await shelvedOf(needs, depth),
		refused: {
			count,
			reasons:
				count > 0 ? await needs.inbox.whyWaiting("refused", MOST_REASONS) : [],
		},
	};
}

export const deliveryCauses: readonly Cause<DeliveryFacts>[] = [
	{
		id: "delivery_buried",
		title: "delivery buried",
		meaning:
			"A delivery of a known job was given up, or a success was reported whose file cannot be found. Its job stays as it is until a person decides.",
		remedy:
			"Read the job's timeline, mend the cause, and retry it: `POST /debug/jobs/{job_id}/retry`; or say what you know: `POST /debug/jobs/{job_id}/settle`.",
		page: "/dashboard",
		look({ shelved }) {
			if (shelved.length === 0) return null;
			return {
				details: shelved
					.map(({ id, jobId, why }) => `${id} of ${jobId}: ${why}`)
					.join("; "),
			};
		},
	},
	{
		id: "field_refused",
		title: "field refused",
		meaning:
			"Airtable refuses a field without which a job must not be closed. The jobs stay open, and their deliveries wait.",
		remedy:
			"Add the field, or the option of its select, to the table, under exactly that name. What waits is then written by itself within ten minutes. `npm run doctor` checks every field.",
		page: "/debug/webhooks?status=retry",
		look({ refused: { count, reasons } }) {
			if (count === 0) return null;
			const waiting = `${count} waiting`;
			return { details: [waiting, ...reasons].join("; ") };
		},
	},
];
