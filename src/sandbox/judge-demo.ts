import { operationByName } from "../operations.ts";
import type { AirtableStandIn } from "./airtable.ts";
import type { Part } from "./cast.ts";
import type { MadeJob } from "./engine.ts";

export type DemoJob = MadeJob & { part: Part };

/** What Airtable says of a demo's job in the end; `wrong` where that is not what must have become of it. */
export type Judged = {
	job: DemoJob;
	status: string;
	via: string;
	wrong: string | null;
};

/** Holds a job's record and its target against what its story must come to. */
export function judgeJob(airtable: AirtableStandIn, job: DemoJob): Judged {
	const fields = airtable.get("Jobs", job.id);
	const status = String(fields.Status);
	const via = viaOf(fields["Response Payload"]);
	return { job, status, via, wrong: wrongIn(airtable, job, status, via) };
}

function wrongIn(
	airtable: AirtableStandIn,
	{ part, targetId, ncaJobId }: DemoJob,
	status: string,
	via: string,
): string | null {
	const { table, attachment } = operationByName(part.operation);
	const held = airtable.get(table, targetId)[attachment];
	const files = Array.isArray(held) ? held : [];
	if (status !== part.ends) return `is ${status}, should be ${part.ends}`;
	if (status === "processing")
		return files.length > 0 ? "has a file that nobody made" : null;
	if (!part.by.some((way) => way === via)) return `was closed by ${via}`;
	if (status === "failed")
		return files.length > 0 ? "failed, and has a file" : null;
	const [file] = files;
	if (files.length !== 1) return `its target holds ${files.length} files`;
	if (!String(file.filename).startsWith(ncaJobId))
		return "its target holds another job's file";
	return file.size > 0 ? null : "Airtable has not fetched its file";
}

function viaOf(payload: unknown): string {
	if (typeof payload !== "string") return "";
	const { via } = JSON.parse(payload) as { via?: unknown };
	return String(via ?? "");
}
