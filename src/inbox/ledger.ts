import type { AckTimes } from "./ledger/ack-times.ts";
import type { ExpectedWebhooks } from "./ledger/expected.ts";
import type { Facts } from "./ledger/facts.ts";
import type { Files } from "./ledger/files.ts";
import type { KnownJobs } from "./ledger/known-jobs.ts";
import type { NcaAnswers } from "./ledger/nca.ts";
import type { Rounds } from "./ledger/rounds.ts";
import type { Arrivals, SeenJobs, SettledRuns } from "./ledger/runs.ts";
import type { Tallies } from "./ledger/tallies.ts";
import type { Timeline } from "./ledger/timeline.ts";

/** What the program remembers of jobs. It can be lost: Airtable holds what matters. Times are ms since the epoch. */
export type Ledger = SeenJobs &
	Arrivals &
	SettledRuns &
	Rounds &
	NcaAnswers &
	ExpectedWebhooks &
	Files &
	Timeline &
	KnownJobs &
	AckTimes &
	Tallies &
	Facts & {
		/**
		 * Forgets what happened, what was expected, files and times before; what is wanted to undo a close, and a job of which
		 * nothing more was heard, only where it is older yet.
		 */
		prune(before: number, closesBefore: number): Promise<void>;
	};
