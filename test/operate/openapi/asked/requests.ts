import { makeJob, succeed } from "../../../jobs.ts";
import { type SetUp, setUp } from "../../../set-up.ts";
import { ask, type Exchanges } from "../ask.ts";

const LIST = "/debug/webhooks";

/** One of each kind: settled and its read-back, parked, refused, a test. */
async function recorded(): Promise<SetUp> {
	const bench = await setUp();
	await succeed(bench, makeJob(bench, "combine"));
	await bench.drain.once();
	for (const body of [{ code: 500 }, "{", { test: true }])
		await ask(bench, "POST", "/webhooks/nca-toolkit", body);
	return bench;
}

async function idOf(
	bench: SetUp,
	state: "parked" | "refused",
): Promise<string> {
	const [one] = await bench.inbox.list({ state, limit: 1 });
	return one?.id ?? "none";
}

/** Recorded requests. */
export const requests: Exchanges = {
	"GET /debug/webhooks 200": async () => ask(await recorded(), "GET", LIST),
	"GET /debug/webhooks 200 of more": async () =>
		ask(await recorded(), "GET", `${LIST}?limit=1`),
	"GET /debug/webhooks 200 of none": async () =>
		ask(await setUp(), "GET", LIST),
	async "GET /debug/webhooks/{delivery_id} 200"() {
		const bench = await recorded();
		return ask(bench, "GET", `${LIST}/${await idOf(bench, "parked")}`);
	},
	async "GET /debug/webhooks/{delivery_id} 200 of what is never taken again"() {
		const bench = await recorded();
		return ask(bench, "GET", `${LIST}/${await idOf(bench, "refused")}`);
	},
	"GET /debug/webhooks/{delivery_id} 404": async () =>
		ask(await setUp(), "GET", `${LIST}/d0`),
	"POST /debug/webhooks/replay 202": async () =>
		ask(await recorded(), "POST", `${LIST}/replay`, { since: "1h" }),
	async "POST /debug/webhooks/{delivery_id}/replay 202"() {
		const bench = await recorded();
		const path = `${LIST}/${await idOf(bench, "parked")}/replay`;
		return ask(bench, "POST", path);
	},
	"POST /debug/webhooks/{delivery_id}/replay 404": async () =>
		ask(await setUp(), "POST", `${LIST}/d0/replay`),
	async "POST /debug/webhooks/{delivery_id}/replay 409"() {
		const bench = await recorded();
		const path = `${LIST}/${await idOf(bench, "refused")}/replay`;
		return ask(bench, "POST", path);
	},
};
