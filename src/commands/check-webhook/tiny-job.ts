import { z } from "zod";
import type { Answer, Http } from "../../probe/http.ts";

type Needs = {
	http: Http;
	nca: { baseUrl: string; apiKey: string };
};

const taken = z.object({ job_id: z.string() });

/** Has NCA queue a job that does next to nothing. @returns NCA's id of it; or, in `why`, what is wrong, and what to do */
export async function submitTinyJob(
	{ http, nca }: Needs,
	{ id, webhookUrl }: { id: string; webhookUrl: string },
): Promise<{ jobId: string } | { why: string }> {
	const answer = await http({
		method: "POST",
		url: `${nca.baseUrl}/v1/code/execute/python`,
		headers: { "X-API-Key": nca.apiKey },
		json: { code: 'return "checked"', webhook_url: webhookUrl, id },
	});
	const body = answer.kind === "answered" ? parsed(answer.text) : null;
	const job = taken.safeParse(body);
	return isQueued(answer) && job.success
		? { jobId: job.data.job_id }
		: { why: whyNot(answer) };
}

function isQueued(answer: Answer): boolean {
	return answer.kind === "answered" && answer.status === 202;
}

function whyNot(answer: Answer): string {
	if (answer.kind === "fault")
		return `NCA ${answer.why}. Is NCA_BASE_URL where it is, and can this machine reach it?`;
	const { status } = answer;
	return MEANINGS[status] ?? `NCA answered ${status}, not as a toolkit does.`;
}

const MEANINGS: Record<number, string> = {
	200: "NCA did the job at once instead of queueing it: this build sends no webhook for it.",
	400: "NCA refused the job (400). Is its build one that takes /v1/code/execute/python?",
	401: "NCA refused NCA_API_KEY (401).",
	404: "NCA has no /v1/code/execute/python (404). Is NCA_BASE_URL the toolkit's, and its build a recent one?",
	429: "NCA's queue is full (429): jobs of the engine are refused as well. Wait, or raise its MAX_QUEUE_LENGTH.",
};

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
