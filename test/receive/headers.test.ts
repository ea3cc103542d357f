import request from "supertest";
import { describe, expect, test } from "vitest";
import { setUp } from "../set-up.ts";
import { goodBody, post, ROUTE } from "./send.ts";

const ADMIN_TOKEN = "an-admin-token-of-24-characters";
const STRICT = {
	"content-security-policy":
		"default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
	"cross-origin-opener-policy": "same-origin",
	"cross-origin-resource-policy": "same-origin",
	"referrer-policy": "no-referrer",
	"x-content-type-options": "nosniff",
	"x-frame-options": "DENY",
};

describe("a browser is told to load, frame and guess nothing", () => {
	test.each([
		["get", "/"],
		["get", "/health"],
		["get", "/status"],
		["get", "/ready"],
		["get", "/metrics"],
		["get", "/debug/webhooks"],
		["get", "/debug/jobs"],
		["get", "/nothing"],
		["get", "/debug/jobs/%zz"],
		["post", "/debug/check-stuck-jobs"],
		["post", "/jobs/expected"],
		["post", "/webhooks/goapi"],
		["post", "/webhooks/debug-webhook"],
		["get", ROUTE],
	] as const)("%s %s", async (method, path) => {
		const { url } = await setUp({ ADMIN_TOKEN });
		const authorization = `Bearer ${ADMIN_TOKEN}`;

		const told = await request(url)
			[method](path)
			.set("Authorization", authorization);
		const refused = await request(url)[method](path);

		expect(told.headers).toMatchObject(STRICT);
		expect(refused.headers).toMatchObject(STRICT);
		expect(told.headers).not.toHaveProperty("strict-transport-security");
	});

	test("but the dashboard, which has a policy of its own", async () => {
		const { url } = await setUp();

		const { headers } = await request(url).get("/dashboard");

		expect(headers["content-security-policy"]).toContain("script-src 'self'");
		expect(headers["x-frame-options"]).toBe("DENY");
	});
});

test("in production it is told to come by https alone", async () => {
	const { url } = await setUp({ NODE_ENV: "production" });

	const { headers } = await request(url).get("/");

	expect(headers["strict-transport-security"]).toMatch(/^max-age=\d{8}/);
});

test.each(["/status", "/debug/jobs", "/debug/jobs/x", "/ready", "/metrics"])(
	"what is for operators is kept by no cache, refused or told: %s",
	async (path) => {
		const { url } = await setUp({ ADMIN_TOKEN });

		const told = await request(url)
			.get(path)
			.set("Authorization", `Bearer ${ADMIN_TOKEN}`);
		const refused = await request(url).get(path);

		expect(refused.status).toBe(401);
		for (const { headers } of [told, refused])
			expect(headers["cache-control"]).toBe("no-store");
	},
);

test("NCA waits for no header that it does not read", async () => {
	const { url, spaces } = await setUp();

	const { headers } = await post(url, { body: goodBody(spaces) });

	expect(Object.keys(headers).sort()).toEqual([
		"connection",
		"content-length",
		"content-type",
		"date",
	]);
});
