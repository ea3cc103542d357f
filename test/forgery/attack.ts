import { createHmac } from "node:crypto";
import { tokenFor } from "../../src/receive/proof.ts";
import { composeSuccess } from "../bodies.ts";
import { post, type TestJob, waitOut } from "../jobs.ts";
import { MINUTE, type SetUp, type setUpWithNca } from "../set-up.ts";

export const WEBHOOK_SECRET = "the secret of today, and not of yesterday";

/** How the program can be set up: who posts without proof is heard in the first, and is not in the second. */
export const SETTINGS: [string, Record<string, string>][] = [
	["without a secret", {}],
	["with a secret", { WEBHOOK_SECRET }],
];

export type Bench = Awaited<ReturnType<typeof setUpWithNca>>;

function isProofWanted({ config }: Pick<SetUp, "config">): boolean {
	return config.WEBHOOK_SECRET !== undefined;
}

/** What the engine gives NCA as the end of a job's webhook URL. */
export function trueQuery(
	bench: Pick<SetUp, "config">,
	job: TestJob,
	operation = "combine",
): string {
	const names = `job_id=${job.id}&operation=${operation}`;
	return isProofWanted(bench)
		? `${names}&token=${tokenFor(WEBHOOK_SECRET, job.id, operation)}`
		: names;
}

/** The true webhook of a job, its file in Spaces. */
export function comeTrue(bench: SetUp, job: TestJob, operation = "combine") {
	const url = bench.spaces.put(job.file, 10);
	const body = composeSuccess(job.id, job.ncaJobId, url);
	return post(bench, trueQuery(bench, job, operation), body);
}

export function signatureOf(body: string, secret = WEBHOOK_SECRET): string {
	return createHmac("sha256", secret).update(body).digest("hex");
}

/** All that these tables hold of these records. */
export function recordsOf(
	{ airtable }: Pick<SetUp, "airtable">,
	jobs: readonly TestJob[],
	table: "Segments" | "Videos" = "Segments",
) {
	return jobs.map(({ id, targetId }) => ({
		job: airtable.get("Jobs", id),
		target: airtable.get(table, targetId),
	}));
}

/** Until nothing waits any more of what cannot be believed; a round in between. */
export async function settleAll(bench: SetUp): Promise<void> {
	await waitOut(bench, 2 * MINUTE);
	await bench.poll.round();
	await waitOut(bench, 6 * MINUTE);
}

/** A job that was closed long ago: what is told of it, anybody can know. */
export async function closedJob(bench: SetUp, job: TestJob): Promise<TestJob> {
	await comeTrue(bench, job).expect(200);
	await bench.drain.once();
	return job;
}
