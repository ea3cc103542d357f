import type { Http } from "../../probe/http.ts";
import type { Finding } from "./check.ts";
import { broken, ok, unknown, warning } from "./verdict.ts";

type Needs = {
	http: Http;
	endpoint: string;
	/** ms since the epoch */
	now: () => number;
};

const WARNING_MS = 30_000;
const BROKEN_MS = 5 * 60_000;
const CHECK = "clock";
const REMEDY = "Set this machine's clock, and keep it set: NTP";

/** This machine's clock against the header `Date` of Airtable, to whom no key is shown for it. */
export async function examineClock({
	http,
	endpoint,
	now,
}: Needs): Promise<Finding[]> {
	const asked = now();
	const answer = await http({
		method: "GET",
		url: `${endpoint}/v0/meta/whoami`,
	});
	const answered = now();
	const theirs =
		answer.kind === "answered"
			? Date.parse(answer.headers.date ?? "")
			: Number.NaN;
	if (Number.isNaN(theirs))
		return [unknown(CHECK, "Airtable told no time to compare it with")];
	// Their time was told somewhere between, and is cut to the second.
	const off = Math.max(0, asked - theirs - 1000, theirs - answered);
	if (off <= WARNING_MS)
		return [ok(CHECK, `within ${WARNING_MS / 1000} s of Airtable's`)];
	const way = theirs > answered ? "behind" : "ahead of";
	const found = `${Math.round(off / 1000)} s ${way} Airtable's`;
	return [
		off > BROKEN_MS
			? broken(
					CHECK,
					`${found}: what is young or stuck is told wrongly`,
					REMEDY,
				)
			: warning(CHECK, found, REMEDY),
	];
}
