import type { RunKey } from "../job.ts";

/** A run's key in every table; '' where the record bore no id. */
export function runKey({ jobId, ncaJobId }: RunKey) {
	return { $job_id: jobId, $nca_job_id: ncaJobId ?? "" };
}
