import { asJob, type Job } from "../../src/airtable/job-record.ts";
import { START } from "../set-up.ts";

export const OUR_URL = "https://us.example/webhooks/nca-toolkit";

/** A record of `Jobs` with these fields, as it is read. */
export function readJob(fields: Record<string, unknown>): Job {
	const createdTime = new Date(START).toISOString();
	return asJob({ id: "rec00000000000001", createdTime, fields });
}
