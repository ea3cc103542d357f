import { randomUUID } from "node:crypto";
import type { Config } from "../../config.ts";
import type { Http } from "../../probe/http.ts";
import { hmac } from "../../secret.ts";
import type { Finding } from "./check.ts";
import { isLoopback } from "./places.ts";
import { broken, ok, unknown, warning } from "./verdict.ts";
import { examineAddress, type Resolve } from "./webhook-address.ts";
import { isTaken, judgeAnswer, keepsBody } from "./webhook-answer.ts";
import { examineArrival } from "./webhook-arrival.ts";
import { examineTime } from "./webhook-time.ts";
import { type Connect, examineTls } from "./webhook-tls.ts";

type Needs = {
	config: Pick<
		Config,
		| "WEBHOOK_BASE_URL"
		| "WEBHOOK_SECRET"
		| "ADMIN_TOKEN"
		| "HOST"
		| "PORT"
		| "NCA_BASE_URL"
	>;
	production: boolean;
	/** Its deadline must be longer than the slowest answer that is told from none: over 5 s. */
	http: Http;
	resolve: Resolve;
	connect: Connect;
	/** ms since the epoch */
	now: () => number;
	/** ms of a clock that is never set */
	monotonic: () => number;
};

const ROUTE = "/webhooks/nca-toolkit";
const SETTING = "setting";
const HANDSHAKE_MS = 10_000;

/**
 * Whether what NCA posts to WEBHOOK_BASE_URL arrives, whole and soon, at the program of this machine. It leaves one
 * recorded request, a test.
 */
export async function examineWebhookUrl(needs: Needs): Promise<Finding[]> {
	const { config, production, resolve } = needs;
	const { WEBHOOK_BASE_URL: base, NCA_BASE_URL: ncaBaseUrl } = config;
	if (base === undefined) {
		return [
			unknown(
				SETTING,
				"WEBHOOK_BASE_URL is not set, so whether NCA reaches this program cannot be tried",
				"Set it to what the engine gives NCA, such as https://{app}.fly.dev",
			),
		];
	}
	const url = new URL(base);
	const setting = judgeSetting(url);
	if (setting.state === "broken") return [setting];
	const address = await examineAddress({
		url,
		ncaBaseUrl,
		production,
		resolve,
	});
	const findings = [setting, address.finding];
	if (!address.found) return findings;
	if (url.protocol === "https:") {
		const tls = await examineTls({ ...needs, url, deadlineMs: HANDSHAKE_MS });
		findings.push(...tls);
		if (tls.some(({ state }) => state === "broken")) return findings;
		if (url.port === "") findings.push(await examineHttpForm(url, needs.http));
	}
	return [...findings, ...(await examineRoute(needs, base))];
}

function judgeSetting({ protocol, hostname, pathname, href }: URL): Finding {
	if (pathname.includes("/webhooks")) {
		return broken(
			SETTING,
			`${href} names the route, which is put behind it again`,
			"Leave everything behind the host off WEBHOOK_BASE_URL",
		);
	}
	if (pathname !== "/") {
		return warning(
			SETTING,
			`${href} has a path, and this program answers at ${ROUTE} alone`,
			"Leave the path off WEBHOOK_BASE_URL, unless a proxy before the program takes it away",
		);
	}
	if (protocol === "http:" && !isLoopback(hostname)) {
		return warning(
			SETTING,
			`${href} is plain http: anyone on the way can read and change webhooks, and a redirect to https loses them`,
			"Set WEBHOOK_BASE_URL to the https address",
		);
	}
	return ok(SETTING, href);
}

/** An engine that was given the http form loses every webhook where that is redirected. */
async function examineHttpForm(url: URL, http: Http): Promise<Finding> {
	const check = "http form";
	const answer = await http({
		method: "GET",
		url: `http://${url.host}/health`,
	});
	if (answer.kind === "fault") return ok(check, "nothing answers over http");
	const { status } = answer;
	if (status < 300 || status >= 400 || keepsBody(status))
		return ok(check, `over http no POST is emptied (HTTP ${status})`);
	return warning(
		check,
		`over http one is redirected (HTTP ${status}), which makes an empty GET of a webhook's POST`,
		"See that the engine gives NCA the https form: GET /debug/webhooks shows a GET where it does not",
	);
}

async function examineRoute(needs: Needs, base: string): Promise<Finding[]> {
	const { config, http, monotonic } = needs;
	const nonce = randomUUID();
	const json = { test: true, nonce };
	const secret = config.WEBHOOK_SECRET;
	const signature = secret && hmac(secret, JSON.stringify(json));
	const began = monotonic();
	const answer = await http({
		method: "POST",
		url: `${base}${ROUTE}`,
		headers: signature ? { "X-NCA-Signature": signature } : {},
		json,
	});
	const tookMs = monotonic() - began;
	const findings = judgeAnswer(answer);
	if (!isTaken(answer)) return findings;
	return [
		...findings,
		await examineTime({ base, tookMs, http, monotonic }),
		await examineArrival({ config, nonce, http }),
	];
}
