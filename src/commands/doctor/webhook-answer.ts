import { z } from "zod";
import type { Answer } from "../../probe/http.ts";
import type { Finding } from "./check.ts";
import { toldOfFault } from "./faults.ts";
import { parseJson } from "./json.ts";
import { broken, ok, warning } from "./verdict.ts";

const taken = z.object({ status: z.literal("test") });
/** As this program says what it will not take. */
const refused = z.strictObject({ error: z.string() });

/** Headers by which one is told that there is a limit. */
const LIMIT = /^((x-)?rate-?limit(-[a-z-]{1,20})?|retry-after)$/;

/** Whether the test webhook was taken. */
export function isTaken(answer: Answer): boolean {
	return (
		answer.kind === "answered" &&
		answer.status === 200 &&
		taken.safeParse(parseJson(answer.text)).success
	);
}

/** What stands between NCA and the webhook route, by what a test webhook was answered. */
export function judgeAnswer(answer: Answer): Finding[] {
	if (answer.kind === "fault") {
		const { found, remedy } = toldOfFault(answer.code, "WEBHOOK_BASE_URL");
		return [broken("answer", `a test webhook had none: ${found}`, remedy)];
	}
	const { status } = answer;
	if (status >= 300 && status < 400) {
		return [
			broken(
				"redirect",
				`a POST of a webhook is redirected (HTTP ${status}): ${keepsBody(status) ? "NCA must send it twice, and NCA's worker waits for both" : "NCA makes an empty GET of it, and the payload is lost"}`,
				"Set WEBHOOK_BASE_URL to the address that it leads to, or take the redirect away from /webhooks",
			),
		];
	}
	const direct = ok("redirect", "none");
	const limit = judgeLimit(status, answer.headers);
	if (isTaken(answer)) {
		return [
			direct,
			ok("authentication", "none in the way"),
			limit,
			ok("answer", "a test webhook was taken"),
		];
	}
	if (limit.state === "broken") return [direct, limit];
	return [direct, limit, judgeRefusal(status, answer.text)];
}

/** Whether a redirect leaves a POST what it is. */
export function keepsBody(status: number): boolean {
	return status === 307 || status === 308;
}

function judgeLimit(status: number, headers: Record<string, string>): Finding {
	const remedy =
		"Take the rate limit away from /webhooks: NCA posts once, and a 429 is a webhook lost";
	if (status === 429)
		return broken("rate limit", "a test webhook had HTTP 429", remedy);
	const names = Object.keys(headers).filter((name) => LIMIT.test(name));
	return names.length === 0
		? ok("rate limit", "no header speaks of one")
		: warning("rate limit", `the answer bears ${names.join(", ")}`, remedy);
}

function judgeRefusal(status: number, text: string): Finding {
	const isOurs = refused.safeParse(parseJson(text)).success;
	if (status === 401 && isOurs) {
		return broken(
			"secret",
			"the program there refuses a signature made with the WEBHOOK_SECRET of here, or there is none here",
			"Set the same WEBHOOK_SECRET here and there; where it is the same, something on the way changes the body",
		);
	}
	if (status === 401 || status === 403 || status === 407) {
		return broken(
			"authentication",
			`something before the program wants a login (HTTP ${status}), which NCA cannot give`,
			"Let POST /webhooks/nca-toolkit through without a login: WEBHOOK_SECRET is what proves the sender",
		);
	}
	if (status === 503 && isOurs) {
		return broken(
			"answer",
			"the program there cannot store webhooks (HTTP 503)",
			"Run the doctor there, and look at its disk, or its Redis",
		);
	}
	if (status >= 500) {
		return broken(
			"answer",
			`a proxy has no program behind it that answers (HTTP ${status})`,
			"Look whether the program runs there, and whether it listens where the proxy looks (on Fly: internal_port)",
		);
	}
	return broken(
		"answer",
		`something else than this program answers there (HTTP ${status}): webhooks are lost on it`,
		"Set WEBHOOK_BASE_URL to the address of this program, with nothing behind the host",
	);
}
