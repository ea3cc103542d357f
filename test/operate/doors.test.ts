import request from "supertest";
import { describe, expect, test } from "vitest";
import { goodBody, post } from "../receive/send.ts";
import { setUp } from "../set-up.ts";

const ADMIN_TOKEN = "an-admin-token-of-24-characters";

describe("what is open to everyone, and what is not", () => {
	test.each([
		["get", "/"],
		["get", "/health"],
	] as const)("%s %s is open", async (method, path) => {
		const { url } = await setUp({ ADMIN_TOKEN });

		const answer = await request(url)[method](path);

		expect(answer.status).toBe(200);
	});

	test("so are the webhooks", async () => {
		const { url, spaces } = await setUp({
			ADMIN_TOKEN,
			NODE_ENV: "production",
		});

		const answer = await post(url, {
			body: goodBody(spaces),
			headers: { "X-Forwarded-Proto": "http", Host: "nca.example" },
		});

		expect(answer.status).toBe(200);
	});

	test.each([
		["get", "/debug/webhooks"],
		["get", "/debug/webhooks/d0"],
		["post", "/debug/check-stuck-jobs"],
		["post", "/debug/jobs/recAAAAAAAAAAAAAA/check"],
		["get", "/nothing"],
		["post", "/"],
	] as const)("%s %s wants the token", async (method, path) => {
		const { url, airtable } = await setUp({ ADMIN_TOKEN });

		const answer = await request(url)[method](path);

		expect(answer.status).toBe(401);
		expect(airtable.calls).toEqual([]);
	});

	test("the token is asked for before the body is read", async () => {
		const { url } = await setUp({ ADMIN_TOKEN });

		const answer = await request(url)
			.post("/debug/check-stuck-jobs")
			.type("json")
			.send("{");

		expect(answer.status).toBe(401);
	});

	test("on Fly without a token the debug routes are closed, the webhooks open", async () => {
		const { url, spaces } = await setUp({ FLY_APP_NAME: "an-app" });

		const debug = await request(url).get("/debug/webhooks");
		const webhook = await post(url, { body: goodBody(spaces) });

		expect([debug.status, webhook.status]).toEqual([403, 200]);
	});
});
