import request from "supertest";
import { type OperationName, operationByName } from "../src/operations.ts";
import { composeSuccess } from "./bodies.ts";
import { MINUTE, type SetUp, START } from "./set-up.ts";

/** Of `Type` the words that the table of operations does not name, or not first. */
const TYPES: Partial<Record<OperationName, string>> = {
	image_zoom: "video_generation",
	add_music: "add_music_to_video",
};

let made = 0;

/** A fresh id of NCA's form. */
export function ncaId(): string {
	made += 1;
	return `4d5c1b0e-7f3a-4c2e-9a6b-${String(made).padStart(12, "0")}`;
}

export type TestJob = {
	id: string;
	ncaJobId: string;
	targetId: string;
	file: string;
};

/**
 * A job as the engine leaves it when NCA has it: its target known by the webhook URL's `target_id`, the link or the
 * payload, whichever the operation uses. The file's name is what NCA would give it; it is not in Spaces yet.
 */
export function makeJob(
	{ airtable }: Pick<SetUp, "airtable">,
	operation: OperationName,
	fields: Record<string, unknown> = {},
	ageMs = 7 * MINUTE,
): TestJob {
	const { types, table, target, objects } = operationByName(operation);
	const ncaJobId = ncaId();
	const targetId = airtable.create(
		table,
		table === "Segments" ? { Status: "Combining Media" } : {},
	);
	const query = operation === "image_zoom" ? `&target_id=${targetId}` : "";
	const createdTime = new Date(START - ageMs).toISOString();
	const id = airtable.create("Jobs", {}, { createdTime });
	airtable.set("Jobs", id, {
		Type: TYPES[operation] ?? types[0],
		Status: "processing",
		"External Job ID": ncaJobId,
		"Webhook URL": `https://engine.example/webhooks/nca-toolkit?job_id=${id}&operation=${operation}${query}`,
		...(operation !== "image_zoom" && { [target.link]: [targetId] }),
		...fields,
	});
	const [name = ""] = objects.map((pattern) =>
		pattern.replace("{id}", ncaJobId),
	);
	return { id, ncaJobId, targetId, file: name };
}

/** Posts as NCA does. */
export function post(
	{ url }: Pick<SetUp, "url">,
	query: string,
	body: unknown,
) {
	return request(url)
		.post(`/webhooks/nca-toolkit${query && `?${query}`}`)
		.set("User-Agent", "python-requests/2.32.3")
		.set("Content-Type", "application/json")
		.send(typeof body === "string" ? body : JSON.stringify(body));
}

/** Puts the job's file into Spaces and posts its webhook. */
export function succeed(
	bench: Pick<SetUp, "url" | "spaces">,
	job: TestJob,
	query = `job_id=${job.id}`,
) {
	const url = bench.spaces.put(job.file, 10);
	return post(bench, query, composeSuccess(job.id, job.ncaJobId, url));
}

/**
 * Posts the job's webhook of success, and puts no file anywhere.
 * @param file the URL that it names; where nothing is said, of the job's own file
 */
export function claimSuccess(
	bench: Pick<SetUp, "url" | "spaces">,
	job: TestJob,
	file = `${bench.spaces.base}/${job.file}`,
) {
	const body = composeSuccess(job.id, job.ncaJobId, file);
	return post(bench, `job_id=${job.id}`, body);
}

/** What the record says of how it was closed. */
export function payloadOf(
	{ airtable }: Pick<SetUp, "airtable">,
	jobId: string,
): Record<string, unknown> {
	return JSON.parse(String(airtable.get("Jobs", jobId)["Response Payload"]));
}

/** Looks once at all that is due, lets the time go by, and looks again. */
export async function waitOut(
	{ drain, clock }: Pick<SetUp, "drain" | "clock">,
	ms: number,
): Promise<void> {
	await drain.once();
	clock.advance(ms);
	await drain.once();
}
