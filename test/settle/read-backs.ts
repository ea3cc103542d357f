import request from "supertest";
import type { OperationName } from "../../src/operations.ts";
import { composeSuccess } from "../bodies.ts";
import { makeJob, post, succeed, type TestJob } from "../jobs.ts";
import type { SetUp } from "../set-up.ts";

/** Longer than any read-back is put off, ms. */
const READ_BACK_MS = 26_000;

/** A job whose webhook has come and has closed it; Airtable has not fetched its file yet. */
export async function closeOne(
	bench: SetUp,
	operation: OperationName = "combine",
	fields: Record<string, unknown> = {},
): Promise<TestJob> {
	const job = makeJob(bench, operation, fields);
	await succeed(bench, job);
	await bench.drain.once();
	return job;
}

/** The same, of a job with two files. @returns their names too */
export async function closeWithTwo(bench: SetUp) {
	const job = makeJob(bench, "combine");
	const names = [job.file, job.file.replace("_0.", "_1.")];
	const urls = names.map((name) => bench.spaces.put(name, 10));
	const response = urls.map((url) => ({ file_url: url }));
	const body = composeSuccess(job.id, job.ncaJobId, "");
	await post(bench, `job_id=${job.id}`, { ...body, response });
	await bench.drain.once();
	return { job, names };
}

/** What a read-back of `combine` jobs asks of Airtable: one list a table. */
export const READ_BACK = ["LIST Jobs 1", "LIST Segments 1"];

/** Lets the time go by until what was attached is read back. */
export async function readBack({ clock, drain }: SetUp): Promise<void> {
	clock.advance(READ_BACK_MS);
	await drain.once();
}

/** Airtable fetches what was attached, drops it, and is read. */
export async function dropOne(bench: SetUp): Promise<void> {
	bench.airtable.drop(1);
	await bench.airtable.fetchAttachments();
	await readBack(bench);
}

/** A job whose file Airtable has dropped four times. */
export async function closeAndGiveUp(bench: SetUp): Promise<TestJob> {
	const job = await closeOne(bench);
	for (let drop = 0; drop < 4; drop += 1) await dropOne(bench);
	return job;
}

/** What the job's record says of what went wrong. */
export const detailsOf = ({ airtable }: SetUp, { id }: { id: string }) =>
	airtable.get("Jobs", id)["Error Details"];

/** What the segment of a `combine` job holds. */
export function heldBy({ airtable }: SetUp, { targetId }: TestJob) {
	const held = airtable.get("Segments", targetId)["Voiceover + Video"];
	return (held ?? []) as { filename: string; size?: number }[];
}

export type TimelineItem = Record<string, unknown> & {
	at: string;
	what: string;
};

/** A job's timeline, as a person is shown it. */
export async function timelineOf(
	{ url }: Pick<SetUp, "url">,
	id: string,
): Promise<TimelineItem[]> {
	const { body } = await request(url).get(`/debug/jobs/${id}`).expect(200);
	return body.timeline;
}

/** The names of what happened to a job. */
export async function happened(bench: SetUp, { id }: TestJob) {
	return (await timelineOf(bench, id)).map(({ what }) => what);
}

/** What was asked of Airtable since it was last told. */
export function newCalls({ airtable }: SetUp): string[] {
	return airtable.calls
		.splice(0)
		.map(({ method, table, records }) => `${method} ${table} ${records}`);
}
