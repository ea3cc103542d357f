import type { SeenJob } from "../airtable/job-record.ts";
import type { NcaJobId, RecordId, RunKey, Via } from "../job.ts";
import type { OperationName } from "../operations.ts";
import type { JobHistory, ProvenFile } from "./case.ts";

/** What became of a run. Times are ms since the epoch. */
export type SettledRun = RunKey & {
	outcome: "completed" | "failed";
	via: Via;
	at: number;
	/** Of a failure; else empty. */
	reason: string;
	files: readonly ProvenFile[];
	attachment: "pending" | "kept";
	/** It was settled so before, and set back: its first time stands. */
	again: boolean;
};

/** Something that happened to a job, for its timeline. */
export type JobEvent = RunKey & {
	at: number;
	/** In the past tense: `settled`, `looked`, `kept`. */
	what: string;
	facts: Record<string, unknown>;
};

/** A webhook that came for a run, whatever it was worth. */
export type Arrival = RunKey & {
	/** It is late when it was expected so long ago, ms. */
	patienceMs: number;
	/** `nca_status`: not the webhook, but what it would have said. */
	via: Via;
	at: number;
	endpoint: string | null;
	/** In NCA's queue and at work, seconds. */
	workSeconds: number | null;
};

/** What settle needs to remember from one batch to another. */
export type Memory = {
	/** Remembers jobs and the runs they bear, and what their records say of how they were closed. A first time stays, and so does what is not known this time. */
	saw(jobs: readonly SeenJob[], now: number): Promise<void>;
	recall(ids: readonly RecordId[]): Promise<Map<RecordId, JobHistory>>;
	/** The newest job known for a target and operation. */
	newestFor(
		targetId: RecordId,
		operation: OperationName,
	): Promise<RecordId | null>;
	/** The job that has borne NCA's id, or was closed for it. */
	jobOf(ncaJobId: NcaJobId): Promise<RecordId | null>;
	/** Webhooks that were expected, or not. */
	arrived(arrivals: readonly Arrival[]): Promise<void>;
	/** Remembers what became of runs, and what was done for it. */
	settled(
		runs: readonly SettledRun[],
		events: readonly JobEvent[],
	): Promise<void>;
	/** Airtable has the run's files, or drops them whenever they are attached. */
	attachment(
		run: RunKey,
		state: "kept" | "dropped",
		event: JobEvent,
	): Promise<void>;
	/** The run's files were attached once more. */
	attachedAgain(run: RunKey, event: JobEvent): Promise<void>;
	/** Forgets what became of a run, and begins to wait for it anew. */
	reopened(run: RunKey, event: JobEvent): Promise<void>;
	/** What happened to a job, in order. */
	timeline(jobId: RecordId): Promise<JobEvent[]>;
	/** What a HEAD found at an URL last, bytes, and when; null where none did, or so long ago that it is forgotten. */
	seenFile(url: string): Promise<{ size: number; at: number } | null>;
	/** Spaces has shown a file. */
	spacesAnswered(at: number): Promise<void>;
};
