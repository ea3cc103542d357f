import type { RunKey } from "../../job.ts";
import type { JobEvent } from "../../settle/memory.ts";

/** What NCA last said of a run. */
export type NcaWord =
	| "queued"
	| "running"
	| "completed"
	| "failed"
	| "lost"
	| "unreadable";

/** What NCA says of runs. */
export type NcaAnswers = {
	/** NCA answered. */
	ncaSaid(run: RunKey, said: NcaWord, event: JobEvent): Promise<void>;
	/** Since when NCA says of a stuck run that it is queued or running; of several, the longest. */
	busySince(): Promise<number | null>;
};
