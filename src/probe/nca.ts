import { z } from "zod";
import type { NcaJobId } from "../job.ts";
import { atMost } from "./at-most.ts";
import { type Answer, createHttp } from "./http.ts";

/** What NCA says of one of its jobs. */
export type NcaAnswer =
	/** Ended: the body of the webhook that it posted, or could not. */
	| { kind: "ended"; body: Record<string, unknown> }
	| { kind: "queued" | "running" }
	/** It does not know the job, or handed it on and will not hear of it again. */
	| { kind: "lost"; why: string }
	/** It has a file of the job, and cannot read it: caught half-written, or never finished. */
	| { kind: "unreadable" }
	/** It could not say. */
	| { kind: "unknown"; why: string };

export type AskNca = (id: NcaJobId) => Promise<NcaAnswer>;

type Needs = {
	baseUrl: string;
	apiKey: string;
	/** For one question, ms. */
	deadlineMs: number;
	/** ms of a clock that is never set */
	monotonic: () => number;
	/** Is told of each question how NCA took it: why it did not answer as a toolkit does, or null. @param status HTTP, where there was an answer */
	heard?: (fault: string | null, status: number | null) => void;
};

/** After so many faults in a row NCA is left alone for a while. */
const MOST_FAULTS = 3;
const LEFT_ALONE_MS = 5 * 60_000;

const fields = z.record(z.string(), z.unknown());
const told = z.object({
	response: z.object({
		job_id: z.string(),
		job_status: z.string(),
		response: z.unknown(),
	}),
});
const notFound = z.object({ error: z.string().regex(/^job not found/i) });
/** As the code has it, or bare, as its documentation: any other 404 is not NCA's. */
export const notFoundBody = z.union([
	z.object({ message: notFound }),
	notFound,
]);
const readFault = z.object({ code: z.literal(500), message: fields });

/**
 * Asks NCA's `POST /v1/toolkit/job/status`, one question at a time. Never throws: what it cannot learn is `unknown`.
 * Its answer is an envelope of the question around the job's file, whose inner body is the webhook's.
 */
export function createAskNca({
	baseUrl,
	apiKey,
	deadlineMs,
	monotonic,
	heard = () => {},
}: Needs): AskNca {
	const oneByOne = atMost(1);
	const http = createHttp(deadlineMs);
	let faults = 0;
	let leftAloneUntil = Number.NEGATIVE_INFINITY;

	async function ask(id: NcaJobId): Promise<NcaAnswer> {
		if (monotonic() < leftAloneUntil)
			return { kind: "unknown", why: "NCA is left alone after several faults" };
		const answer = await http({
			method: "POST",
			url: `${baseUrl}/v1/toolkit/job/status`,
			headers: { "X-API-Key": apiKey },
			json: { job_id: id },
		});
		const said = understand(id, answer);
		heard(
			said === "fault" ? whyOf(answer) : null,
			answer.kind === "answered" ? answer.status : null,
		);
		if (said !== "fault") {
			faults = 0;
			return said;
		}
		faults += 1;
		// Once it is asked again, one more fault is enough.
		if (faults >= MOST_FAULTS) leftAloneUntil = monotonic() + LEFT_ALONE_MS;
		return { kind: "unknown", why: whyOf(answer) };
	}

	return (id) => oneByOne(() => ask(id));
}

/** `fault`: NCA itself, or the way to it, is not well. */
function understand(id: NcaJobId, answer: Answer): NcaAnswer | "fault" {
	if (answer.kind === "fault") return "fault";
	const body = parse(answer.text);
	if (answer.status === 200) return stateOf(id, body);
	if (answer.status === 404 && notFoundBody.safeParse(body).success)
		return { kind: "lost", why: "NCA does not know it" };
	if (answer.status === 500 && readFault.safeParse(body).success)
		return { kind: "unreadable" };
	return "fault";
}

function stateOf(id: NcaJobId, body: unknown): NcaAnswer | "fault" {
	const parsed = told.safeParse(body);
	if (!parsed.success || parsed.data.response.job_id !== id) return "fault";
	const { job_status: state, response } = parsed.data.response;
	const inner = fields.safeParse(response);
	switch (state) {
		case "queued":
		case "running":
			return { kind: state };
		case "done":
		// Of Cloud Run: it could not be started.
		case "failed":
			return inner.success
				? { kind: "ended", body: inner.data }
				: { kind: "unknown", why: `NCA says ${state}, and not how` };
		case "submitted":
			return { kind: "lost", why: "NCA handed it to Cloud Run" };
		default:
			return { kind: "unknown", why: `NCA says ${state}` };
	}
}

function whyOf(answer: Answer): string {
	if (answer.kind === "fault") return `NCA ${answer.why}`;
	if (answer.status === 401) return "NCA refused NCA_API_KEY";
	return `NCA answered ${answer.status}, not as a toolkit does`;
}

/** Python writes NaN, which is no JSON. */
function parse(text: string): unknown {
	for (const attempt of [
		text,
		text.replace(/(?<=[:[,]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g, "null"),
	]) {
		try {
			return JSON.parse(attempt);
		} catch {}
	}
	return undefined;
}
