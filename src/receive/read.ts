import { asNcaJobId, asRecordId, type Reading, type Verdict } from "../job.ts";
import { tidyReason } from "./reason.ts";

/** Nothing takes longer, seconds. */
const A_WEEK = 604_800;

/** A JSON object: keys to anything. */
type Fields = Record<string, unknown>;

/**
 * Reads a webhook in any shape that NCA sends, and the older ones with `status` and `output_url`.
 * Total: what it does not understand becomes null or a verdict of `none`.
 * @param query the raw query, without `?`
 */
export function readWebhook(query: string, body: Fields): Reading {
	const params = paramsOf(query);
	const nested = asFields(body.error);
	const queryJobId = asRecordId(only(params, "job_id"));
	const bodyId = asRecordId(body.id);
	return {
		verdict: verdictOf(body),
		jobId: queryJobId ?? bodyId,
		bodyId,
		queryJobId,
		// Cloud Run's second body names the run only inside `error`.
		ncaJobId: asNcaJobId(body.job_id ?? nested.job_id),
		operation: only(params, "operation"),
		targets: {
			target_id: asRecordId(only(params, "target_id")),
			video_id: asRecordId(only(params, "video_id")),
		},
		endpoint: isText(body.endpoint) ? body.endpoint.slice(0, 64) : null,
		workSeconds: workSeconds(body),
		isTest: body.test === true,
	};
}

/** The parsed body where it is a JSON object; else why it is not one. */
export function parseObject(
	body: Buffer,
):
	| { kind: "object"; fields: Fields }
	| { kind: "other" }
	| { kind: "not json" } {
	try {
		const value: unknown = JSON.parse(body.toString("utf8"));
		return isFields(value)
			? { kind: "object", fields: value }
			: { kind: "other" };
	} catch {
		return { kind: "not json" };
	}
}

/**
 * The parameters of a raw query, without `?`. A first name can begin with a `?` of its own, once the token that stood
 * before it is dropped: were that left out, as URLSearchParams does, the query would mean something else than when it was proved.
 */
export function paramsOf(query: string): URLSearchParams {
	return new URLSearchParams(`&${query}`);
}

/** A parameter's value, where the query has exactly one of it. */
export function only(params: URLSearchParams, name: string): string | null {
	const [value, ...more] = params.getAll(name);
	return value !== undefined && more.length === 0 ? value : null;
}

function verdictOf(body: Fields): Verdict {
	const urls = urlsOf(body);
	const word = codeWord(body.code) ?? statusWord(body.status);
	if (word === "failed") return failed(body);
	if (word === "none") return { kind: "none" };
	return word === "completed" || urls.length > 0
		? { kind: "completed", urls }
		: { kind: "none" };
}

/** The reason is made when it is wanted: to admit a webhook it is not, and NCA is waiting. */
function failed(body: Fields): Verdict {
	return {
		kind: "failed",
		get reason() {
			return reasonOf(body);
		},
	};
}

/** Only 200 is success, and a failure has 400, 408 or 500; 202 is `queued`. Null: there is no code. */
function codeWord(code: unknown): "completed" | "failed" | "none" | null {
	if (code === undefined || code === null) return null;
	const number =
		typeof code === "string" && /^\d{3}$/.test(code) ? Number(code) : code;
	if (number === 200) return "completed";
	return typeof number === "number" && number >= 400 ? "failed" : "none";
}

function statusWord(status: unknown): "completed" | "failed" | null {
	const word = typeof status === "string" ? status.toLowerCase() : "";
	if (["completed", "complete", "success", "succeeded", "done"].includes(word))
		return "completed";
	return ["failed", "failure", "error"].includes(word) ? "failed" : null;
}

function urlsOf(body: Fields): string[] {
	const { response } = body;
	// A plain string can also be a transcript or a Drive id.
	if (typeof response === "string" && isUrl(response)) return [response];
	const items: unknown[] = Array.isArray(response) ? response : [response];
	const inResponse = items.flatMap(namedUrl);
	return [...new Set(inResponse.length > 0 ? inResponse : namedUrl(body))];
}

function namedUrl(item: unknown): string[] {
	if (typeof item === "string") return isUrl(item) ? [item] : [];
	const fields = asFields(item);
	const { file_url, output_url, url } = fields;
	const { media_url } = asFields(fields.media);
	const [first] = [file_url, output_url, url, media_url].filter(isText);
	return first === undefined ? severalUrls(fields) : [first];
}

/** Of a transcription its three files, each where it was asked for; of keyframes every image. */
function severalUrls(fields: Fields): string[] {
	const { text_url, srt_url, segments_url, image_urls } = fields;
	const images = Array.isArray(image_urls) ? image_urls : [];
	return [
		text_url,
		srt_url,
		segments_url,
		...images.map((image) => asFields(image).image_url),
	].filter(isText);
}

/** What the job took at NCA; null where the body does not say. */
function workSeconds({ queue_time, run_time }: Fields): number | null {
	const parts = [queue_time, run_time];
	const isTime = (part: unknown) =>
		typeof part === "number" && part >= 0 && part < A_WEEK;
	return parts.every(isTime) ? Number(queue_time) + Number(run_time) : null;
}

function isText(value: unknown): value is string {
	return typeof value === "string" && value !== "";
}

/** With or without a scheme, ours or not: what it is worth is judged elsewhere. */
function isUrl(text: string): boolean {
	return /^\s*([a-z][a-z0-9+.-]*:)?\/\//i.test(text);
}

function reasonOf(body: Fields): string {
	const { message, error } = body;
	const said = [
		message,
		asFields(message).error,
		error,
		asFields(error).message,
		asFields(asFields(error).message).error,
	].filter(isText);
	return tidyReason([...new Set(said)].join(": ")) || "NCA gave no reason";
}

function isFields(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asFields(value: unknown): Fields {
	return isFields(value) ? value : {};
}
