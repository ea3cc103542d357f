import type { JobEvent, Memory } from "../../settle/memory.ts";

/** What happened to each job. */
export type Timeline = Pick<Memory, "timeline"> & {
	/** Something else that happened to a job. */
	happened(event: JobEvent): Promise<void>;
};
