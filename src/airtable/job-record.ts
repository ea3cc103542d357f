import type { NcaJobId, RecordId } from "../job.ts";
import {
	asOperation,
	type OperationName,
	operationByType,
} from "../operations.ts";
import type { AirtableRecord, Fields } from "./answers.ts";
import { asClosedRun, type ClosedRun } from "./closed-run.ts";
import { targetOf } from "./job-target.ts";

/** The fields of `Jobs` that are read; no others are asked for. */
export const JOB_FIELDS = [
	"Type",
	"Status",
	"External Job ID",
	"Webhook URL",
	"Request Payload",
	"Response Payload",
	"Error Details",
	"Notes",
	"Related Video",
	"Related Segment Video",
] as const;

/** A job as its record tells it. */
export type Job = {
	id: RecordId;
	/** ms since the epoch */
	createdAt: number;
	status: string;
	/** Whatever its form: what stands there is the record's own. */
	ncaJobId: NcaJobId | null;
	/**
	 * Whether NCA does it for us. `foreign` jobs are other services'; of `unclear` ones the engine has not
	 * written the webhook URL yet, and their type does not tell.
	 */
	owner: "ours" | "foreign" | "unclear";
	/** `other` is one without a target; null: the record does not say. */
	operation: OperationName | "other" | null;
	/** An operation's target, as far as the record itself names it. */
	targetFor: (operation: OperationName) => RecordId | null;
	errorDetails: string;
	/** As they stand, to be appended to. */
	notes: string;
	/** How we closed it, as we wrote it there: what a lost ledger is rebuilt from. */
	closed: ClosedRun | null;
	/** As Airtable tells them. */
	fields: Fields;
};

/** The record's own operation, where it is one with a target. */
export function mappedOperation({
	operation,
}: Pick<Job, "operation">): OperationName | null {
	return operation === "other" ? null : operation;
}

/** A job in the few words that are remembered of it. */
export type SeenJob = Pick<Job, "id" | "ncaJobId" | "createdAt" | "closed"> & {
	operation: OperationName | null;
	targetId: RecordId | null;
};

/** What the record itself says: a webhook's words are remembered only once they are believed. */
export function asSeen(job: Job): SeenJob {
	const { id, ncaJobId, createdAt, closed, targetFor } = job;
	const operation = mappedOperation(job);
	const targetId = operation && targetFor(operation);
	return { id, ncaJobId, createdAt, closed, operation, targetId };
}

const OUR_PATH = "/webhooks/nca-toolkit";

/** A record of `Jobs` in our words. Total: what is missing or odd is empty. */
export function asJob({ id, createdTime, fields }: AirtableRecord): Job {
	const url = webhookUrl(text(fields["Webhook URL"]));
	const query = url instanceof URL ? url.searchParams : new URLSearchParams();
	const byType = operationByType(text(fields.Type));
	return {
		id: id as RecordId,
		createdAt: Date.parse(createdTime),
		status: text(fields.Status),
		ncaJobId: (text(fields["External Job ID"]) || null) as NcaJobId | null,
		owner: ownerOf(url, byType),
		operation: query.has("operation")
			? (asOperation(query.get("operation")) ?? "other")
			: byType,
		targetFor: (operation) => targetOf(operation, query, fields),
		errorDetails: text(fields["Error Details"]),
		notes: typeof fields.Notes === "string" ? fields.Notes : "",
		closed: asClosedRun(
			text(fields["Response Payload"]),
			text(fields["Error Details"]),
		),
		fields,
	};
}

function ownerOf(
	url: URL | "none" | "unreadable",
	byType: OperationName | null,
): Job["owner"] {
	if (url === "none") return byType ? "ours" : "unclear";
	if (url === "unreadable") return "foreign";
	return url.pathname.replace(/\/+$/, "").replace(/^\/+/, "/") === OUR_PATH
		? "ours"
		: "foreign";
}

function webhookUrl(value: string): URL | "none" | "unreadable" {
	// The engine has written Python's None as a text, also for the host it did not know.
	if (value === "" || value === "None") return "none";
	const elsewhere = value.replace(/^[^/?#]*/, "http://unknown");
	return URL.parse(value) ?? URL.parse(elsewhere) ?? "unreadable";
}

function text(value: unknown): string {
	return typeof value === "string" ? value.trim() : "";
}
