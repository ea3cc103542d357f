import type { JobEvent, Memory } from "../../settle/memory.ts";

/** What is wanted to undo a close, and so is kept longer. */
export const CLOSING: readonly string[] = ["settled", "set back", "reopened"];

/** What happened to each job. */
export type Timeline = Pick<Memory, "timeline"> & {
	/** Something else that happened to a job. */
	happened(event: JobEvent): Promise<void>;
};
