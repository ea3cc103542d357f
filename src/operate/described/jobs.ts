import { z } from "zod";
import { type Described, outOfReach, refused } from "../../described.ts";
import { announcement } from "../expected-route.ts";
import { reopening, round, settlementOf } from "../job-routes.ts";
import { filter } from "../job-views.ts";
import { checked, expected, jobAccepted, roundDone } from "./actions.ts";
import { jobList, jobWhole } from "./job.ts";

const params = z.object({
	job_id: z.string().describe("the record's, or NCA's"),
});
const unknown = refused("No one record of Jobs bears that id");
const accepted = { says: "It is in the inbox", schema: jobAccepted };

/** Jobs: where they stand, and what is done about them. */
export const described: readonly Described[] = [
	{
		method: "get",
		path: "/debug/jobs",
		name: "listJobs",
		tag: "jobs",
		summary: "Jobs as they are remembered, newest made first",
		door: "operator",
		query: filter,
		answers: { 200: { says: "Some of them", schema: jobList }, ...outOfReach },
	},
	{
		method: "get",
		path: "/debug/jobs/:job_id",
		name: "getJob",
		tag: "jobs",
		summary: "Where a job stands and why, and all that happened to it",
		door: "operator",
		params,
		answers: {
			200: { says: "It", schema: jobWhole },
			400: refused("The address cannot be decoded"),
			404: refused("Nothing is known of it"),
			...outOfReach,
		},
	},
	{
		method: "post",
		path: "/debug/check-stuck-jobs",
		name: "runRound",
		tag: "jobs",
		summary: "Learns now what became of the jobs that are stuck",
		door: "operator",
		body: { schema: round, required: false },
		answers: {
			200: { says: "What it came to", schema: roundDone },
			...outOfReach,
		},
	},
	{
		method: "post",
		path: "/debug/jobs/:job_id/check",
		name: "checkJob",
		tag: "jobs",
		summary: "Learns now what became of one job",
		door: "operator",
		params,
		answers: {
			202: { says: "What it came to", schema: checked },
			404: unknown,
			...outOfReach,
		},
	},
	{
		method: "post",
		path: "/debug/jobs/:job_id/retry",
		name: "retryJob",
		tag: "jobs",
		summary: "Takes up again what is buried of a job",
		door: "operator",
		params,
		answers: {
			202: accepted,
			404: unknown,
			409: refused("Nothing is"),
			...outOfReach,
		},
	},
	{
		method: "post",
		path: "/debug/jobs/:job_id/settle",
		name: "settleJob",
		tag: "jobs",
		summary: "Says what a person knows of a job",
		description: "A file is proved as that of a webhook is.",
		door: "operator",
		params,
		body: { schema: settlementOf(() => true), required: true },
		answers: { 202: accepted, 404: unknown, ...outOfReach },
	},
	{
		method: "post",
		path: "/debug/jobs/:job_id/reopen",
		name: "reopenJob",
		tag: "jobs",
		summary: "Undoes the program's close of a job",
		door: "operator",
		params,
		body: { schema: reopening, required: false },
		answers: { 202: accepted, 404: unknown, ...outOfReach },
	},
	{
		method: "post",
		path: "/jobs/expected",
		name: "expectWebhook",
		tag: "jobs",
		summary: "Announces a webhook, for the engine",
		description:
			"The job's own token is the one that its webhook URL carries; it may stand in the query, in the body, or as a Bearer.",
		door: "operator or job",
		body: { schema: announcement, required: true },
		answers: {
			202: { says: "It is awaited", schema: expected },
			...outOfReach,
		},
	},
];
