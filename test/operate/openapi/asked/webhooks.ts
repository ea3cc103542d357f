import { breakStore } from "../../../receive/broken-store.ts";
import { goodBody, JOB, MIB, ROUTE } from "../../../receive/send.ts";
import { MINUTE, setUp } from "../../../set-up.ts";
import { ask, type Exchanges } from "../ask.ts";

const OTHER = "/webhooks/other";
const DEBUG = "/webhooks/debug-webhook";
/** Of one address within a minute. */
const MOST_OTHERS = 60;

const take = async (body: unknown, query = "") =>
	ask(await setUp(), "POST", `${ROUTE}${query}`, body);

async function tooMany(path: string): Promise<Response> {
	const bench = await setUp();
	for (let n = 0; n < MOST_OTHERS; n += 1)
		await (await ask(bench, "POST", path, {})).text();
	return ask(bench, "POST", path, {});
}

/** What is open to everyone. */
export const webhooks: Exchanges = {
	async "POST /webhooks/nca-toolkit 200 accepted"() {
		const bench = await setUp();
		return ask(bench, "POST", ROUTE, goodBody(bench.spaces));
	},
	async "POST /webhooks/nca-toolkit 200 accepted, of no known record"() {
		const bench = await setUp();
		return ask(bench, "POST", ROUTE, goodBody(bench.spaces, null));
	},
	async "POST /webhooks/nca-toolkit 200 duplicate"() {
		const bench = await setUp();
		await ask(bench, "POST", ROUTE, goodBody(bench.spaces));
		return ask(bench, "POST", ROUTE, goodBody(bench.spaces));
	},
	"POST /webhooks/nca-toolkit 200 test": () => take({ test: true }),
	"POST /webhooks/nca-toolkit 202 not an object": () => take([1]),
	"POST /webhooks/nca-toolkit 202 no verdict": () => take({ id: JOB }),
	"POST /webhooks/nca-toolkit 202 foreign file": () =>
		take({ id: JOB, code: 200, response: "https://evil.example/a.mp4" }),
	"POST /webhooks/nca-toolkit 202 no usable id": () => take({ code: 500 }),
	"POST /webhooks/nca-toolkit 400": () => take("{"),
	"POST /webhooks/nca-toolkit 400 nothing": () => take(""),
	async "POST /webhooks/nca-toolkit 401"() {
		const bench = await setUp({
			WEBHOOK_SECRET: "a secret that is long enough",
		});
		return ask(bench, "POST", ROUTE, goodBody(bench.spaces));
	},
	"POST /webhooks/nca-toolkit 413": () => take("x".repeat(MIB + 1)),
	async "POST /webhooks/nca-toolkit 415"() {
		const headers = { "Content-Encoding": "gzip" };
		return ask(await setUp(), "POST", ROUTE, {}, headers);
	},
	async "POST /webhooks/nca-toolkit 503"() {
		const bench = await setUp();
		bench.inbox.put = async () => {
			throw new Error("the disk is gone");
		};
		return ask(bench, "POST", ROUTE, goodBody(bench.spaces));
	},
	"GET /webhooks/nca-toolkit 405": async () => ask(await setUp(), "GET", ROUTE),
	"POST /webhooks/debug-webhook 200": async () =>
		ask(await setUp(), "POST", DEBUG, "anything"),
	"POST /webhooks/debug-webhook 429": () => tooMany(DEBUG),
	"POST /webhooks/{other} 404": async () => ask(await setUp(), "POST", OTHER),
	"POST /webhooks/{other} 429": () => tooMany(OTHER),
	"GET /health 200": async () => ask(await setUp(), "GET", "/health"),
	async "GET /health 503"() {
		const bench = await setUp();
		breakStore(bench.config);
		await bench.heartbeat().catch(() => {});
		bench.clock.advance(MINUTE);
		return ask(bench, "GET", "/health");
	},
	"GET / 200": async () => ask(await setUp(), "GET", "/"),
};
