import type { SeenJob } from "../../src/airtable/job-record.ts";
import type { Ledger } from "../../src/inbox/ledger.ts";
import type { JobEvent, SettledRun } from "../../src/settle/memory.ts";
import { HOUR, START } from "../set-up.ts";
import { ncaJobId, recordId } from "./entries.ts";

/** An empty ledger for each test; `reopen` gives what is kept of it. */
export type OpenLedger = () => Promise<{
	ledger: Ledger;
	reopen: () => Promise<Ledger>;
}>;

export const JOB = recordId("rec00000000000001");
export const OTHER = recordId("rec00000000000002");
export const TARGET = recordId("recTARGET00000001");
export const RUN = ncaJobId("run-00000001");
export const NEXT_RUN = ncaJobId("run-00000002");
export const THE_RUN = { jobId: JOB, ncaJobId: RUN };

/** A job of `combine`, as its record shows it. */
export const seen = (more: Partial<SeenJob> = {}): SeenJob => ({
	id: JOB,
	ncaJobId: RUN,
	operation: "combine",
	targetId: TARGET,
	createdAt: START - HOUR,
	closed: null,
	...more,
});

/** A look at it that found nothing yet. */
export const look = { ...THE_RUN, verdict: "waiting", why: "absent" };

/** What a run of several files has made. */
export const FILES = [
	{ url: "https://files.example/b/a.mp4", name: "a.mp4", size: 10 },
	{ url: "https://files.example/b/b.mp4", name: "b.mp4", size: 20 },
];

/** A run that was completed by its webhook. */
export const outcome = (more: Partial<SettledRun> = {}): SettledRun => ({
	...THE_RUN,
	outcome: "completed",
	via: "webhook",
	at: START,
	reason: "",
	files: [],
	attachment: "kept",
	again: false,
	...more,
});

export const event = (
	what: string,
	more: Partial<JobEvent> = {},
): JobEvent => ({
	...THE_RUN,
	at: START,
	what,
	facts: {},
	...more,
});

/** What is known of how a run ended; null: nothing, or that it has not. */
export async function settledOf(ledger: Ledger, run = RUN) {
	const history = (await ledger.recall([JOB])).get(JOB);
	const known = history?.runs.find(({ ncaJobId }) => ncaJobId === run);
	return known?.settled ?? null;
}

/** What a round knows of the job's run. */
export async function stuck(ledger: Ledger, more: Partial<SeenJob> = {}) {
	return (await ledger.stuckRuns([seen(more)])).get(more.id ?? JOB) ?? null;
}
