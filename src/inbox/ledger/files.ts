import type { Memory } from "../../settle/memory.ts";

/** The files that were found, by their URLs. */
export type Files = Pick<Memory, "seenFile"> & {
	/** A HEAD found a file at this URL. @param size bytes @param at ms since the epoch */
	fileSeen(url: string, size: number, at: number): Promise<void>;
};
