import type { NcaJobId, RunKey } from "../job.ts";

/** NCA's id as it stands in keys and tables; '' where the record bore none. */
export const nameOf = (ncaJobId: NcaJobId | null) => ncaJobId ?? "";
/** NCA's id by how it stands there. */
export const idOf = (name: string) => (name || null) as NcaJobId | null;

/** A run's key in every table. */
export function runKey({ jobId, ncaJobId }: RunKey) {
	return { $job_id: jobId, $nca_job_id: nameOf(ncaJobId) };
}
