import type { Http } from "../../probe/http.ts";
import type { Finding } from "./check.ts";
import { broken, ok, warning } from "./verdict.ts";

type Needs = {
	/** WEBHOOK_BASE_URL */
	base: string;
	/** A test webhook was answered after so long, ms. */
	tookMs: number;
	http: Http;
	/** ms of a clock that is never set */
	monotonic: () => number;
};

const CHECK = "answer time";
const LATE_MS = 1_000;
const TOO_LATE_MS = 5_000;

/**
 * How long NCA's worker stands still for a webhook. The way there is timed by itself, three times, at a route that
 * records nothing.
 */
export async function examineTime(needs: Needs): Promise<Finding> {
	const { base, tookMs, http, monotonic } = needs;
	const ways: number[] = [];
	for (let nth = 0; nth < 3; nth += 1) {
		const began = monotonic();
		await http({ method: "GET", url: `${base}/health` });
		ways.push(monotonic() - began);
	}
	const [, way = 0] = ways.sort((a, b) => a - b);
	const found = `a test webhook was answered after ${Math.round(tookMs)} ms; the way there and back takes ${Math.round(way)} ms`;
	const slower = Math.max(way, tookMs);
	if (slower <= LATE_MS) return ok(CHECK, found);
	const remedy =
		way > LATE_MS
			? "Look at the network, at a proxy between, and whether the machine sleeps (on Fly: auto_stop_machines off)"
			: "Look at the disk, or the Redis, that the webhook is written to before it is answered";
	const held = `${found}: NCA's worker does nothing else meanwhile`;
	return slower > TOO_LATE_MS
		? broken(CHECK, held, remedy)
		: warning(CHECK, held, remedy);
}
