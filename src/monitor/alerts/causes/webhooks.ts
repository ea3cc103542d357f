import type { Inbox } from "../../../inbox/inbox.ts";
import type { Ledger } from "../../../inbox/ledger.ts";
import { closesOf, LEAST_SUCCESS, sumOf } from "../../rates.ts";
import { hasEnded } from "../../webhooks.ts";
import type { Cause, Moment } from "./cause.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_LOST = 0.1;
/** Of fewer closes in a day, one lost webhook at night would be a mail. */
const LEAST_CLOSES = 5;
/** What passed proof and was no test; whether it was any good does not matter here. */
const CAME = ["webhook accepted", "webhook duplicate", "webhook parked"];

/** How webhooks come, and what becomes of them. */
export type WebhookFacts = {
	webhooks: {
		ever: boolean;
		lastHour: number;
		/** One became overdue within the last hour; and within the last day. */
		missedLastHour: boolean;
		missedLastDay: boolean;
	};
	/** Of the last 24 h. */
	endings: { done: number; failed: number };
	/** Of the last 24 h: closed because polling or NCA said so, and because a webhook did. */
	closes: { recovered: number; delivered: number };
};

export type WebhookNeeds = {
	inbox: Pick<Inbox, "totals">;
	ledger: Pick<Ledger, "tallies" | "missedBetween">;
	/** What is not JSON comes from one who has shown who it is: a stranger's is nobody's failure. */
	isProofDemanded: boolean;
	/** How long a webhook may take, ms. */
	timeoutMs: number;
};

/** @throws where the store cannot answer */
export async function webhookFacts(
	{ inbox, ledger, isProofDemanded, timeoutMs }: WebhookNeeds,
	{ at, day, ever }: Moment,
): Promise<WebhookFacts> {
	const overdue = at - timeoutMs;
	return {
		webhooks: {
			ever: sumOf(ever, CAME) > 0 || hasEnded(await inbox.totals()),
			lastHour: sumOf(await ledger.tallies(at - HOUR_MS), CAME),
			missedLastHour: await ledger.missedBetween(overdue - HOUR_MS, overdue),
			missedLastDay: await ledger.missedBetween(overdue - DAY_MS, overdue),
		},
		endings: {
			done: sumOf(day, ["ended done"]),
			failed: sumOf(day, [
				"ended buried",
				...(isProofDemanded ? ["webhook malformed"] : []),
			]),
		},
		closes: closesOf(day),
	};
}

export const webhookCauses: readonly Cause<WebhookFacts>[] = [
	{
		id: "webhooks_missing",
		title: "webhooks missing",
		meaning:
			"NCA posts each webhook once. It sends none, or sends them elsewhere, or something on the way refuses them. Polling closes the jobs meanwhile, later.",
		remedy:
			"Run `npm run doctor`, which tests the address that NCA is given, and `npm run check:webhook -- --from-nca`, which has NCA send one. What was refused is listed under the link.",
		page: "/debug/webhooks?status=refused",
		look({ webhooks }, isOpen) {
			const { ever, lastHour, missedLastHour, missedLastDay } = webhooks;
			if (lastHour > 0) return null;
			if (!ever && missedLastDay)
				return { details: "one is overdue, and none has ever come" };
			// Over is it when one comes, not because an hour went by without a job.
			return missedLastHour || (isOpen && missedLastDay)
				? { details: "one is overdue, and none came within the last hour" }
				: null;
		},
	},
	{
		id: "success_low",
		title: "success rate low",
		meaning:
			"More than a tenth of the webhooks of the last 24 hours could not be read, or could not be dealt with.",
		remedy:
			"Look at what is buried and why, mend that, and retry it. Webhooks that are not JSON are listed as refused.",
		page: "/debug/webhooks?status=buried",
		look({ endings: { done, failed } }) {
			const all = done + failed;
			if (all === 0 || done / all >= LEAST_SUCCESS) return null;
			const part = ((100 * done) / all).toFixed(1);
			return { details: `${done} of ${all} succeeded, ${part} %` };
		},
	},
	{
		id: "loss_high",
		title: "loss rate high",
		meaning:
			"More than a tenth of the jobs closed within the last 24 hours were found by polling: their webhooks came late or never. Fewer than five jobs in that time are not judged.",
		remedy:
			"Run `npm run doctor` and `npm run check:webhook -- --from-nca`; the timeline of a job shows whether its webhook came at all.",
		page: "/dashboard",
		look({ closes: { recovered, delivered } }) {
			const all = recovered + delivered;
			if (all < LEAST_CLOSES || recovered / all <= MOST_LOST) return null;
			return { details: `${recovered} of ${all} jobs were found by polling` };
		},
	},
];
