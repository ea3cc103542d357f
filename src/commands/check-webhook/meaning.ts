import type { Answer } from "../../probe/http.ts";
import { wordOf } from "./send.ts";

/** What to know of where a sample was sent. */
type Sending = { secret: string | undefined };

/** What an answer that is not a test's means for a webhook of NCA's, and what to do. */
export function meaningOf(answer: Answer, { secret }: Sending): string {
	if (answer.kind === "fault") return ofFault(answer.code);
	const { status, text, headers } = answer;
	if (status === 401) return ofRefusal(text, secret);
	if (status >= 300 && status < 400)
		return `a redirect stands before it${to(headers.location)}: NCA follows it with an empty GET, and the payload is lost. Set WEBHOOK_BASE_URL to where it leads, and give NCA that URL.`;
	if (status >= 200 && status < 300)
		return ["accepted", "duplicate", "parked"].includes(wordOf(text) ?? "")
			? "it was not taken for a test: an older version of the program runs there. The id is no record's, so nothing comes of it."
			: "something else than this program answers there, as if all were well. Does the host lead to the program?";
	return (
		MEANINGS[status] ??
		(status >= 500
			? "what stands there is at fault. Read its log."
			: "something before the program refuses it: a webhook would be lost. Read the log of what stands there.")
	);
}

const MEANINGS: Record<number, string> = {
	403: "something before the program forbids it: a firewall, or a proxy's rule. NCA can give no login, so the route must be open.",
	404: "nothing takes webhooks there. Is the path /webhooks/nca-toolkit, and does the host lead to this program?",
	405: "it came as another method than POST: something on the way changed it.",
	413: "something before the program takes no body of this size.",
	429: "a rate limit stands before it, and NCA does not come again: every 429 is a lost webhook. Take the limit off this route.",
	502: "the proxy does not reach the program. Is it running? `fly status` and `fly logs` say so.",
	503: "the program, or the proxy before it, can take nothing now: GET /health says whether the inbox can be written. Is the disk full, or Redis away?",
	504: "the program did not answer its proxy in time. Read its log.",
};

function ofRefusal(text: string, secret: string | undefined): string {
	if (!text.includes("no valid token or signature"))
		return "something before the program wants a login. NCA can give none, so the route must be open.";
	return secret
		? "the program runs with another WEBHOOK_SECRET than is set here. Set the same one, and give NCA's URLs tokens that are made with it."
		: "the program wants proof. Set WEBHOOK_SECRET here as it is set there.";
}

function ofFault(code: string): string {
	if (code === "LATE")
		return "NCA waits for an answer without end, and its worker does nothing else meanwhile: all its later jobs stand still. Is the program running, and what stands before it?";
	const [, remedy] = FAULTS.find(([codes]) => codes.test(code)) ?? [];
	return remedy ?? "it could not be reached.";
}

const FAULTS: readonly [RegExp, string][] = [
	[
		/ECONNREFUSED/,
		"nothing listens there. Is the program running, and is it this host and port?",
	],
	[
		/ENOTFOUND|EAI_AGAIN/,
		"the host's name leads nowhere. Is WEBHOOK_BASE_URL written rightly, and is its DNS record there?",
	],
	[
		/CERT|SSL|TLS|UNABLE_TO|SELF_SIGNED/,
		"the certificate is not valid for it, or a plain http port answers. NCA checks certificates, and sends nothing.",
	],
	[
		/ECONNRESET|EPIPE/,
		"the connection was cut before an answer. Read the log of what stands there.",
	],
];

/** What a stranger wrote, on one line, without what a terminal acts on and what of its URLs may be a credential. */
export function plainly(text: string): string {
	return text
		.replace(/\/\/[^\s/@]*@/g, "//")
		.replace(/(\/\/[^\s"'<>?#]*)[?#][^\s"'<>]*/g, "$1")
		.replace(/[\s\p{C}]+/gu, " ")
		.trim();
}

function to(location: string | undefined): string {
	return location ? ` (to ${plainly(location).slice(0, 200)})` : "";
}
