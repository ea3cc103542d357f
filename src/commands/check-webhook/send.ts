import type { Answer, Http } from "../../probe/http.ts";
import { hmac } from "../../secret.ts";
import type { Sample } from "./samples.ts";

/** What came back for a sample, and after how long. */
export type Sent = { name: string; answer: Answer; ms: number };

type Needs = {
	http: Http;
	/** The webhook route. */
	url: string;
	secret: string | undefined;
	/** ms of a clock that is never set */
	monotonic: () => number;
};

/** Sends each sample as NCA would, one after another; with a secret, signed. */
export async function sendSamples(
	{ http, url, secret, monotonic }: Needs,
	samples: readonly Sample[],
): Promise<Sent[]> {
	const sent: Sent[] = [];
	for (const { name, query, body } of samples) {
		const began = monotonic();
		const answer = await http({
			method: "POST",
			url: `${url}${url.includes("?") ? "&" : "?"}${query}`,
			headers: {
				"User-Agent": "check-webhook",
				...(secret && { "X-NCA-Signature": signature(secret, body) }),
			},
			json: body,
		});
		sent.push({ name, answer, ms: monotonic() - began });
	}
	return sent;
}

/** Of the bytes that are sent. */
function signature(secret: string, body: object): string {
	return hmac(secret, JSON.stringify(body));
}

/** Whether this program took it for what it is. */
export function isTaken({ answer }: Pick<Sent, "answer">): boolean {
	return (
		answer.kind === "answered" &&
		answer.status === 200 &&
		wordOf(answer.text) === "test"
	);
}

/** The `status` of an answer in JSON. */
export function wordOf(text: string): string | null {
	try {
		const { status } = Object(JSON.parse(text)) as { status?: unknown };
		return typeof status === "string" ? status : null;
	} catch {
		return null;
	}
}
