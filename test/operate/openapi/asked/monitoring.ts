import { makeJob, succeed } from "../../../jobs.ts";
import { MINUTE, type SetUp, setUp, setUpWithNca } from "../../../set-up.ts";
import { buryNext } from "../../by-hand.ts";
import { ask, type Exchanges } from "../ask.ts";

const get = async (path: string, bench?: SetUp) =>
	ask(bench ?? (await setUp()), "GET", path);

/** As much as can be known of everything. */
async function busy(): Promise<SetUp> {
	const bench = await setUpWithNca({ AIRTABLE_MONTHLY_CALLS: "1" });
	await succeed(bench, makeJob(bench, "combine"));
	await bench.drain.once();
	const found = makeJob(bench, "concatenate");
	bench.spaces.put(found.file, 10);
	makeJob(bench, "add_music");
	await bench.poll.round();
	await bench.drain.once();
	await succeed(bench, makeJob(bench, "image_zoom"));
	await buryNext(bench);
	await bench.writeAcknowledgements();
	await bench.counts.write();
	bench.clock.advance(MINUTE);
	await bench.alerts.look();
	return bench;
}

/** Figures, for machines and for a person. */
export const monitoring: Exchanges = {
	"GET /ready 200 of nothing heard": () => get("/ready"),
	"GET /ready 200 of what answers": async () => get("/ready", await busy()),
	async "GET /ready 503"() {
		const bench = await setUp();
		bench.airtable.fault((_req, res) => res.status(403).json({}));
		await bench.poll.round().catch(() => {});
		return get("/ready", bench);
	},
	"GET /status 200 of nothing": () => get("/status"),
	"GET /status 200 of much": async () => get("/status", await busy()),
	"GET /metrics 200": () => get("/metrics"),
	"GET /dashboard 200": () => get("/dashboard"),
	"GET /dashboard/events 200": () => get("/dashboard/events"),
	async "GET /dashboard/events 403 of another site"() {
		const headers = { "Sec-Fetch-Site": "cross-site" };
		return ask(await setUp(), "GET", "/dashboard/events", undefined, headers);
	},
	async "GET /dashboard/events 503"() {
		const bench = await setUp();
		bench.endStreams();
		return get("/dashboard/events", bench);
	},
	"GET /dashboard/{file} 200 script": () => get("/dashboard/live.js"),
	"GET /dashboard/{file} 200 style": () => get("/dashboard/style.css"),
	"GET /dashboard/{file} 200 icon": () => get("/dashboard/icon.svg"),
	"GET /openapi.json 200": () => get("/openapi.json"),
};
