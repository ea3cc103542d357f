import type { Request } from "express";
import { operationByName } from "../../../src/operations.ts";
import type { SetUp } from "../../set-up.ts";
import { namesIn, type TrueJob } from "./jobs.ts";

type Fields = Record<string, unknown>;
type Update = { id: string; fields: Fields };

/** What is held against the truth: each record of each PATCH, as it comes. */
export function createAudit({ airtable }: Pick<SetUp, "airtable">) {
	const jobs = new Map<string, TrueJob>();
	const targets = new Map<string, TrueJob>();
	const wrong: string[] = [];
	const twice: string[] = [];

	function updatesOf(req: Request): { table: string; updates: Update[] } {
		const table = decodeURIComponent(req.path.split("/")[3] ?? "");
		return { table, updates: req.body?.records ?? [] };
	}

	function falsehoods(table: string, { id, fields }: Update): string[] {
		const job = (table === "Jobs" ? jobs : targets).get(id);
		if (!job || job.ends === "nothing")
			return [`${table} ${id}: nothing was to be written`];
		const isTrue = table === "Jobs" ? isTrueOfJob : isTrueOfTarget;
		return Object.entries(fields)
			.filter(([field, value]) => !isTrue(job, field, value))
			.map(([field, value]) => `${table} ${id}: ${field} ${String(value)}`);
	}

	/** A job is closed when its target holds what it made, never before. */
	function isTooEarly({ id, fields }: Update): boolean {
		const job = jobs.get(id);
		if (job?.ends !== "completed" || !("Status" in fields)) return false;
		const { table, attachment } = operationByName(job.operation);
		return !namesIn(airtable.get(table, job.targetId)[attachment]).includes(
			job.file,
		);
	}

	return {
		wrong,
		twice,
		know(job: TrueJob) {
			jobs.set(job.id, job);
			targets.set(job.targetId, job);
		},
		/** Whatever becomes of it: it was sent. */
		sent(req: Request) {
			const { table, updates } = updatesOf(req);
			for (const update of updates) wrong.push(...falsehoods(table, update));
		},
		/** Airtable is about to write it. */
		applied(req: Request) {
			const { table, updates } = updatesOf(req);
			for (const update of updates) {
				if (table === "Jobs" && isTooEarly(update))
					wrong.push(`Jobs ${update.id}: closed before its target`);
				const held = airtable.get(table, update.id);
				for (const [field, value] of Object.entries(update.fields))
					if (isSame(held[field], value))
						twice.push(`${table} ${update.id}: ${field}`);
			}
		},
	};
}

function isTrueOfJob(job: TrueJob, field: string, value: unknown): boolean {
	switch (field) {
		case "Status":
			return value === job.ends;
		case "Error Details":
			return (job.ends === "failed") === (typeof value === "string");
		case "Notes":
			return String(value).includes(`${job.ends} via `);
		case "Response Payload": {
			const said = JSON.parse(String(value));
			const urls = job.ends === "completed" ? 1 : 0;
			return (
				said.outcome === job.ends &&
				said.nca_job_id === job.ncaJobId &&
				said.output_urls.length === urls &&
				said.output_urls.every((url: string) => url.endsWith(`/${job.file}`))
			);
		}
		default:
			return false;
	}
}

function isTrueOfTarget(job: TrueJob, field: string, value: unknown): boolean {
	const { attachment, completed, failed } = operationByName(job.operation);
	if (field === "Status")
		return value === (job.ends === "completed" ? completed : failed);
	return (
		field === attachment &&
		job.ends === "completed" &&
		namesIn(value).join() === job.file
	);
}

/** What stands there already. When it was settled is part of no outcome: a payload is written once. */
function isSame(held: unknown, value: unknown): boolean {
	if (Array.isArray(value))
		return namesIn(held).join() === namesIn(value).join();
	return typeof value === "string" && typeof held === "string"
		? held === value || value.startsWith('{"outcome"')
		: false;
}
