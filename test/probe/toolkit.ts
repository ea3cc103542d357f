import type { IncomingMessage, ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { asNcaJobId } from "../../src/job.ts";
import { type AskNca, createAskNca } from "../../src/probe/nca.ts";
import { serve } from "../../src/sandbox/serve.ts";

export const KEY = "the-key-of-nca";
/** The job that is asked about. */
export const JOB = "4d5c1b0e-7f3a-4c2e-9a6b-0123456789ab";

type Asked = {
	method: string | undefined;
	path: string | undefined;
	key: string | string[] | undefined;
	body: string;
};
type Answer = (res: ServerResponse, nth: number) => void;

export type Toolkit = { url: string; asked: Asked[] };

/** Something on loopback in NCA's place, which answers each POST as the test says. */
export async function startToolkit(answer: Answer): Promise<Toolkit> {
	const asked: Asked[] = [];
	const { url, close } = await serve(async (req, res) => {
		const body = await textOf(req);
		if (req.method !== "POST") return void res.end();
		const { method, url: path, headers } = req;
		asked.push({ method, path, key: headers["x-api-key"], body });
		answer(res, asked.length);
	});
	onTestFinished(close);
	return { url, asked };
}

async function textOf(req: IncomingMessage): Promise<string> {
	let text = "";
	for await (const chunk of req) text += chunk;
	return text;
}

/** So long that no machine is slow enough for it. */
const PATIENT_MS = 60_000;

/** Asks such a one, with a clock that stands still unless the test moves it. */
export function asking(
	{ url }: Pick<Toolkit, "url">,
	{
		deadlineMs = PATIENT_MS,
		monotonic = (): number => 0,
		heard = (_fault: string | null, _status: number | null): void => {},
	} = {},
): (id?: string) => ReturnType<AskNca> {
	const ask = createAskNca({
		baseUrl: url,
		apiKey: KEY,
		deadlineMs,
		monotonic,
		heard,
	});
	return (id = JOB) => {
		const ncaJobId = asNcaJobId(id);
		if (ncaJobId === null) throw new Error(`${id} is no id of NCA's`);
		return ask(ncaJobId);
	};
}

export function reply(
	status: number,
	body: string | object,
	headers: Record<string, string> = {},
) {
	return (res: ServerResponse) => {
		const text = typeof body === "string" ? body : JSON.stringify(body);
		res.writeHead(status, headers).end(text);
	};
}

/** The envelope of the question, around what NCA has on a job. */
export function envelope(response: unknown) {
	return {
		code: 200,
		message: "success",
		endpoint: "/v1/toolkit/job/status",
		job_id: "9f0e8d7c-0000-4000-8000-000000000000",
		id: null,
		response,
		pid: 31,
		queue_id: 139871234567120,
		queue_length: 0,
		build_number: 209,
	};
}

/** NCA's file of a job in this state; `body`: the inner one, of a job that has ended. */
export function state(jobStatus: string, body: unknown = null, jobId = JOB) {
	return envelope({
		job_status: jobStatus,
		job_id: jobId,
		queue_id: 139871234567120,
		process_id: 31,
		response: body,
	});
}

/** How NCA says that it cannot tell, or does not know. */
export function refusal(code: number, message: unknown) {
	return { ...envelope(null), code, message };
}
