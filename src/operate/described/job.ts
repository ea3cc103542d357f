import { z } from "zod";
import { time, via } from "../../described.ts";
import { JOB_STATES } from "../../inbox/ledger/known-jobs.ts";

const age = z.string().describe("in words");

/** A job as it is remembered. */
const job = z
	.strictObject({
		job_id: z.string().describe("the record's"),
		nca_job_id: z.string().nullable().describe("of its latest run"),
		state: z.enum(JOB_STATES),
		why: z.string().describe("how it comes that it stands there"),
		operation: z.string().nullable(),
		target_id: z.string().nullable(),
		created_at: time,
		age,
		first_seen_at: time.nullable(),
		first_seen_age: age.nullable(),
		stuck_since: time.nullable(),
		stuck_age: age.nullable(),
		checked_at: time.nullable().describe("when its file was looked for last"),
		checked_age: age.nullable(),
		nca_said: z
			.enum(["queued", "running", "completed", "failed", "lost", "unreadable"])
			.nullable(),
		outcome: z.enum(["completed", "failed"]).nullable(),
		via: via.nullable(),
		settled_at: time.nullable(),
		settled_age: age.nullable(),
	})
	.meta({ id: "Job" });

/** `GET /debug/jobs` */
export const jobList = z.strictObject({
	items: z.array(job).describe("newest made first"),
	next: z.string().nullable().describe("what `before` is to be for more"),
});

const command = z.string().nullable();
const commands = z
	.strictObject({
		timeline: command,
		check: command,
		retry: command,
		settle_completed: command,
		settle_failed: command,
		reopen: command,
	})
	.describe("commands to copy; what is empty in them is to be filled in");

const timeline = z
	.array(
		z.looseObject({
			at: time,
			age,
			what: z
				.string()
				.describe("in the past tense: each has facts of its own beside it"),
		}),
	)
	.describe("all that happened to it, in order");

/** `GET /debug/jobs/:job_id` */
export const jobWhole = z.union([
	job.extend({ curl: commands.optional(), timeline }),
	z
		.strictObject({
			job_id: z.string().nullable(),
			state: z.null(),
			why: z.string(),
			curl: commands.optional(),
			timeline,
		})
		.describe("no record of it was seen"),
]);

export type JobAnswer = z.infer<typeof job>;
export type JobList = z.infer<typeof jobList>;
export type JobWhole = z.infer<typeof jobWhole>;
export type JobCommands = z.infer<typeof commands>;
