import type { Config } from "../../config.ts";
import type { Finding } from "./check.ts";
import { ok, warning } from "./verdict.ts";

type Needs = Pick<
	Config,
	"AIRTABLE_MONTHLY_CALLS" | "ENABLE_JOB_POLLING" | "POLLING_INTERVAL_MINUTES"
>;

const MINUTES = 30 * 24 * 60;
/** What polling may take of a month's calls: the rest is for what webhooks write. */
const SHARE = 0.8;
const CHECK = "calls of a month";

/** How far the month's calls reach; a round with nothing to do is one call. */
export async function examineCalls(needs: Needs): Promise<Finding[]> {
	const { POLLING_INTERVAL_MINUTES: interval } = needs;
	if (!needs.ENABLE_JOB_POLLING) return [ok(CHECK, "polling is switched off")];
	const calls = Math.floor(MINUTES / interval);
	const polling = `polling every ${minutes(interval)} takes at least ${count(calls)} calls a month`;
	const limit = needs.AIRTABLE_MONTHLY_CALLS;
	if (limit === undefined)
		return [
			ok(
				CHECK,
				`${polling}; AIRTABLE_MONTHLY_CALLS is not set, and a free base has 1,000`,
			),
		];
	if (calls <= SHARE * limit)
		return [ok(CHECK, `${polling}, of ${count(limit)}`)];
	const days = ((30 * limit) / calls).toFixed(1);
	const enough = Math.ceil(MINUTES / (SHARE * limit));
	return [
		warning(
			CHECK,
			`${polling}, of ${count(limit)}: enough for ${days} of 30 days, so rounds are spread further apart`,
			enough <= 1440
				? `Set POLLING_INTERVAL_MINUTES to ${enough} or more, or take a larger plan`
				: "Take a larger plan",
		),
	];
}

function minutes(interval: number): string {
	return interval === 1 ? "minute" : `${interval} minutes`;
}

function count(calls: number): string {
	return calls.toLocaleString("en-GB");
}
