import request from "supertest";
import { describe, expect, test } from "vitest";
import { setUp } from "../set-up.ts";
import { breakStore } from "./broken-store.ts";
import { ROUTE } from "./send.ts";

test("the front page says what this is and where to look, and no secret", async () => {
	const ADMIN_TOKEN = "an-admin-token-of-24-characters";
	const { url, config } = await setUp({ ADMIN_TOKEN });

	const answer = await request(url).get("/");

	expect(answer.status).toBe(200);
	expect(answer.headers["content-type"]).toMatch(/^text\/plain/);
	for (const path of [ROUTE, "/health", "/debug/webhooks"])
		expect(answer.text).toContain(path);
	for (const secret of [ADMIN_TOKEN, config.AIRTABLE_API_KEY])
		expect(answer.text).not.toContain(secret);
});

test.each(["/nothing", "/webhook", "/favicon.ico", "/debug/nothing"])(
	"an unknown path says so: %s",
	async (path) => {
		const { url } = await setUp();

		const answer = await request(url).get(path);

		expect(answer.status).toBe(404);
		expect(answer.body).toEqual({ error: "nothing is here" });
	},
);

describe("no answer tells how the program is built", () => {
	test.each([
		["a page", "get", "/"],
		["health", "get", "/health"],
		["an unknown path", "get", "/nothing"],
		["a refusal", "get", ROUTE],
		["an empty webhook", "post", ROUTE],
		["an unknown webhook", "post", "/webhooks/nothing"],
		["an escape that means nothing", "post", "/debug/jobs/%zz/check"],
	] as const)("%s", async (_what, method, path) => {
		const { url } = await setUp();

		const answer = await request(url)[method](path);

		expect(answer.headers).not.toHaveProperty("x-powered-by");
		expect(answer.text).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b/);
	});

	test("nor when the store fails", async () => {
		const { url, config } = await setUp();
		breakStore(config);

		const answer = await request(url).post(ROUTE).send({ code: 500 });

		expect(answer.status).toBe(503);
		expect(answer.text).not.toMatch(/sqlite|trigger|full|\bat .*:\d+/i);
	});

	test("nor when a route meets a fault of the program", async () => {
		const { url, airtable, said } = await setUp();
		airtable.fault((_req, res) => res.json({ records: "not a list" }));

		const answer = await request(url).post("/debug/check-stuck-jobs");

		expect(answer.status).toBeGreaterThanOrEqual(500);
		expect(Object.keys(answer.body)).toEqual(["error"]);
		expect(answer.text).not.toMatch(/\bat .*:\d+:\d+|\.ts\b/);
		expect([
			...said("request failed"),
			...said("debug request failed"),
		]).toHaveLength(1);
	});
});
