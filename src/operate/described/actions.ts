import { z } from "zod";

const count = z.int().min(0);
const verdict = z
	.enum([
		"recovered",
		"failed",
		"waiting",
		"error",
		"closed",
		"foreign",
		"no_external_job_id",
	])
	.describe("the last three were not looked for");
const jobId = z.string().describe("the record's");

/** `POST /debug/check-stuck-jobs` */
export const roundDone = z
	.strictObject({
		checked: count.describe("the sum of the four that follow"),
		recovered: count,
		failed: count,
		waiting: count,
		errors: count,
		jobs: z.array(z.strictObject({ job_id: jobId, verdict, why: z.string() })),
	})
	.meta({ id: "Round" });

/** `POST /debug/jobs/:job_id/check` */
export const checked = z.strictObject({
	job_id: jobId,
	status: verdict,
	why: z.string(),
});

/** What is done about a job, once it is in the inbox. */
export const jobAccepted = z
	.strictObject({ job_id: jobId, status: z.literal("accepted") })
	.meta({ id: "JobAccepted" });

/** `POST /debug/webhooks/:delivery_id/replay` */
export const deliveryAccepted = z.strictObject({
	delivery_id: z.string(),
	status: z.literal("accepted"),
});

/** `POST /debug/webhooks/replay` */
export const replayed = z.strictObject({
	status: z.literal("accepted"),
	replayed: count.describe("how many"),
});

/** `POST /jobs/expected` */
export const expected = z.strictObject({
	job_id: jobId,
	status: z.literal("expected"),
});

export type RoundAnswer = z.infer<typeof roundDone>;
export type CheckAnswer = z.infer<typeof checked>;
