import { z } from "zod";
import type { Config } from "../../config.ts";
import type { Http } from "../../probe/http.ts";
import type { Finding } from "./check.ts";
import { parseJson } from "./json.ts";
import { ON_FLY } from "./on-fly.ts";
import { broken, ok, unknown } from "./verdict.ts";

type Needs = {
	config: Pick<Config, "HOST" | "PORT" | "ADMIN_TOKEN">;
	/** In the body of the test webhook that was taken. */
	nonce: string;
	http: Http;
};

const CHECK = "arrival";
const list = z.object({ items: z.array(z.unknown()) });

/** Whether what was sent to WEBHOOK_BASE_URL is in the inbox of the program that runs on this machine. */
export async function examineArrival({
	config,
	nonce,
	http,
}: Needs): Promise<Finding> {
	const { HOST, PORT, ADMIN_TOKEN: token } = config;
	const answer = await http({
		method: "GET",
		url: `http://${own(HOST)}:${PORT}/debug/webhooks?status=test&q=${nonce}`,
		headers: {
			Accept: "application/json",
			...(token !== undefined && { Authorization: `Bearer ${token}` }),
		},
	});
	if (answer.kind === "fault") {
		return unknown(
			CHECK,
			`no program answers here at PORT ${PORT}, so where it arrived cannot be seen`,
			`Run the doctor where the program runs, on Fly: ${ON_FLY}`,
		);
	}
	const { status } = answer;
	if (status === 401 || status === 403) {
		return unknown(
			CHECK,
			`the program here does not show what arrived (HTTP ${status})`,
			"Set the ADMIN_TOKEN with which the program runs",
		);
	}
	const said = list.safeParse(parseJson(answer.text));
	if (status !== 200 || !said.success) {
		return unknown(
			CHECK,
			`what answers here at PORT ${PORT} is not this program (HTTP ${status})`,
			"Set the PORT with which the program runs",
		);
	}
	return said.data.items.length > 0
		? ok(CHECK, "what is sent there arrives here")
		: broken(
				CHECK,
				"what is sent there is taken, but not here: it goes to another app, or to another machine",
				"Set WEBHOOK_BASE_URL to this app; where it is right, have one machine alone (fly scale count 1), or REDIS_URL for several",
			);
}

/** Who listens everywhere listens here too. */
function own(host: string): string {
	if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
	return host.includes(":") ? `[${host}]` : host;
}
