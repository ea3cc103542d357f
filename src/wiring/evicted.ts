import type { Evicted } from "../inbox/budget.ts";
import type { Log } from "../log.ts";
import { LARGEST_BODY } from "../receive/body.ts";
import { loggable, redactText } from "../receive/redact.ts";

/** What was acknowledged and must make room goes to the log whole, so that a person can post it again. */
export function createEvicted(log: Log): Evicted {
	return ({ id, jobId, ncaJobId, state, reason, query, body }) =>
		log.warn(
			{
				delivery_id: id,
				job_id: jobId,
				nca_job_id: ncaJobId,
				state,
				reason: redactText(reason ?? ""),
				query: redactText(query),
				body: loggable(body, LARGEST_BODY),
			},
			"delivery evicted",
		);
}
