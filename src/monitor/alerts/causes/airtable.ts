import { callsOfMonth, MOST_USED } from "../../quota.ts";
import type { Cause, Moment } from "./cause.ts";

/** Airtable's own word that it will go on refusing: the token, the plan, the permissions, the base. */
const AT_ONCE: readonly (number | null)[] = [401, 402, 403, 404];
/** What may pass by itself is told when it has lasted so long, ms. */
const PASSING_MS = 10 * 60_000;

/** How a dependency answered last. */
export type Heard = {
	/** `unknown`: nothing was heard of it since the start. */
	state: "unknown" | "ok" | "failing";
	/** Since when it is so, ms since the epoch. */
	since: number | null;
	/** HTTP status; null: there was no answer. */
	status: number | null;
	/** Why it is failing. */
	why: string | null;
};

/** How Airtable answers, and how many calls of the month are used. */
export type AirtableFacts = {
	airtable: { heard: Heard; calls: number; limit: number | null };
};

export type AirtableNeeds = {
	airtable: () => Heard;
	/** AIRTABLE_MONTHLY_CALLS */
	monthlyCalls: number | null;
};

/** As the last answers, and the counted calls of the month, which is UTC's, have it. */
export function airtableFacts(
	{ airtable, monthlyCalls }: AirtableNeeds,
	{ at, ever }: Moment,
): AirtableFacts {
	return {
		airtable: {
			heard: airtable(),
			calls: callsOfMonth(ever, at),
			limit: monthlyCalls,
		},
	};
}

export const airtableCauses: readonly Cause<AirtableFacts>[] = [
	{
		id: "airtable_refusing",
		title: "airtable refusing",
		meaning:
			"Airtable takes nothing from us: a refused token (401, 403), a used-up plan (402, 429), a base or table that is not there (404), or a fault of its own. Webhooks are still taken, and are written when it is over.",
		remedy:
			"Run `npm run doctor`: it tests the token, its scopes, the base and its tables. Of 429 and 5xx see https://status.airtable.com and the plan's quota.",
		page: "/ready",
		look({ at, airtable: { heard } }) {
			if (heard.state === "unknown") return "unknown";
			if (heard.state === "ok") return null;
			const { status, since, why } = heard;
			const ms = at - (since ?? at);
			if (!AT_ONCE.includes(status) && ms < PASSING_MS) return null;
			return { details: why ?? `${status}`, since: at - ms };
		},
	},
	{
		id: "airtable_quota",
		title: "airtable quota",
		meaning:
			"Four fifths of AIRTABLE_MONTHLY_CALLS are used. Polling spreads what is left over the days that are left; webhooks go first.",
		remedy:
			"Raise POLLING_INTERVAL_MINUTES, or the plan and AIRTABLE_MONTHLY_CALLS. It ends with the month, which is UTC's.",
		page: "/status",
		look({ airtable: { calls, limit } }) {
			return limit !== null && calls >= MOST_USED * limit
				? { details: `${calls} of ${limit} calls of this month` }
				: null;
		},
	},
];
