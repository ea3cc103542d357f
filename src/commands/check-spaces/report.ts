import { ageInWords } from "../../age.ts";
import type { Job } from "../../airtable/job-record.ts";
import { inertJson } from "../../inert.ts";
import type { Head } from "../../probe/spaces.ts";
import { table } from "../table.ts";
import type { Looked } from "./look.ts";

/** As a machine reads it. @param now ms since the epoch */
export function reportJson(looked: readonly Looked[], now: number): string {
	const jobs = looked.map(({ job, heads, recovered, why }) => ({
		job_id: job.id,
		nca_job_id: job.ncaJobId,
		operation: job.operation,
		status: job.status,
		webhook_url: registered(job),
		created_at: new Date(job.createdAt).toISOString(),
		age: ageInWords(job.createdAt, now),
		heads: heads.map((head) => ({
			url: head.object.url,
			status: said(head),
			size: head.kind === "found" ? head.size : null,
		})),
		would_be_recovered: recovered === "foreign" ? "no" : recovered,
		why,
	}));
	return inertJson(JSON.stringify({ jobs, ...counts(looked) }, null, 2));
}

/** A line for each URL that was tried, and one that sums up. @param now ms since the epoch */
export function reportLines(looked: readonly Looked[], now: number): string[] {
	const shown = looked.filter(
		({ recovered }) => recovered !== "foreign" || looked.length === 1,
	);
	const rows = shown.flatMap(({ job, heads, recovered, why }) => {
		const operation = plain(job.operation ?? "?");
		const of = [job.id, ageInWords(job.createdAt, now), operation];
		const word = recovered === "foreign" ? "no" : recovered;
		const last = `${word}: ${plain(why)}`;
		const [first, ...more] = heads.map((head) => [
			head.object.url,
			said(head),
			head.kind === "found" ? `${head.size}` : "",
		]);
		return [
			[...of, ...(first ?? ["-", "", ""]), last],
			...more.map((one) => ["", "", "", ...one, ""]),
		];
	});
	const [only, ...more] = looked;
	const url =
		only && more.length === 0
			? [
					`Its webhook URL, as it was registered: ${registered(only.job) ?? "none"}`,
					"",
				]
			: [];
	const heads = ["job", "made", "operation", "url", "HEAD", "bytes"];
	return [
		...(rows.length > 0
			? [...table([...heads, "would be recovered"], rows), ""]
			: []),
		...url,
		summary(looked),
	];
}

function summary(looked: readonly Looked[]): string {
	const { checked, recovered, not_recovered, unknown, foreign } =
		counts(looked);
	const others =
		foreign > 0 ? ` Of other services, and left alone: ${foreign}.` : "";
	return checked === 0
		? `No job of ours to look for.${others}`
		: `Looked for ${checked}: ${recovered} would be recovered, ${not_recovered} not, of ${unknown} it could not be told.${others}`;
}

function counts(looked: readonly Looked[]) {
	const count = (which: Looked["recovered"]) =>
		looked.filter(({ recovered }) => recovered === which).length;
	const foreign = count("foreign");
	return {
		checked: looked.length - foreign,
		recovered: count("yes"),
		not_recovered: count("no"),
		unknown: count("unknown"),
		foreign,
	};
}

/** What of a webhook URL is no credential, ours or another service's. */
const SHOWN = ["job_id", "operation", "target_id", "video_id"];

/** The URL that was given, as the record has it, but what may be a credential in it. */
function registered({ fields }: Job): string | null {
	const url = fields["Webhook URL"];
	if (typeof url !== "string" || url === "") return null;
	const [place = "", ...rest] = url.split(/[?&#]/);
	const shown = rest.map((part) => {
		const [name = "", value] = part.split("=", 2);
		if (value === undefined) return "…";
		return SHOWN.includes(name) ? part : `${name}=…`;
	});
	return plain(
		[place.replace(/\/\/[^/]*@/, "//"), shown.join("&")]
			.filter(Boolean)
			.join("?"),
	);
}

function said(head: Head): string {
	return head.kind === "found" ? "200" : head.why.replace(/^HEAD /, "");
}

/** What stands in a record is anybody's. */
function plain(text: string): string {
	return text.replace(/[\s\p{C}]+/gu, " ");
}
