import request from "supertest";
import { describe, expect, test } from "vitest";
import { openGate } from "./open-gate.ts";

const TOKEN = "an-admin-token-of-24-characters";

const basic = (password: string, user = "admin") =>
	`Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

describe("with an admin token, who bears it is let in", () => {
	test.each([
		["as Bearer", `Bearer ${TOKEN}`],
		["as bearer, in small letters", `bearer ${TOKEN}`],
		["as a Basic password", basic(TOKEN)],
		["whatever the Basic user", basic(TOKEN, "")],
	])("%s", async (_how, authorization) => {
		const url = await openGate({ adminToken: TOKEN });

		const answer = await request(url)
			.get("/debug/webhooks")
			.set("Authorization", authorization);

		expect(answer.status).toBe(200);
	});

	test.each([
		["nothing", undefined],
		["another token", `Bearer ${TOKEN}x`],
		["half of it", `Bearer ${TOKEN.slice(0, 24)}`],
		["an empty one", "Bearer "],
		["another scheme", `Digest ${TOKEN}`],
		["the token alone", TOKEN],
		["another password", basic("password")],
		["the token as a user", basic("", TOKEN)],
		["Basic of nothing", "Basic"],
	])("and nobody else: %s", async (_what, authorization) => {
		const url = await openGate({ adminToken: TOKEN });

		const answer = await request(url)
			.get("/debug/webhooks")
			.set(authorization ? { Authorization: authorization } : {});

		expect(answer.status).toBe(401);
		expect(answer.headers["www-authenticate"]).toMatch(/Basic.*Bearer/);
		expect(answer.body).toEqual({
			error: expect.stringMatching(/ADMIN_TOKEN/),
		});
		expect(answer.text).not.toContain(TOKEN);
	});

	test("to sit at the machine is not enough", async () => {
		const url = await openGate({ adminToken: TOKEN });

		const answer = await request(url).get("/").set("Host", "localhost");

		expect(answer.status).toBe(401);
	});
});

describe("a browser's password changes something only from our own pages", () => {
	test.each([
		["no word of where from", {}, 403],
		["another site", { "Sec-Fetch-Site": "cross-site" }, 403],
		["a sibling of this site", { "Sec-Fetch-Site": "same-site" }, 403],
		["another origin", { Origin: "https://evil.example" }, 403],
		["an origin that is none", { Origin: "null" }, 403],
		["this site's own page", { "Sec-Fetch-Site": "same-origin" }, 200],
		["this site's origin", { Origin: "https://nca.example" }, 200],
	])("%s: %j is %i", async (_what, headers, status) => {
		const url = await openGate({ adminToken: TOKEN });

		const answer = await request(url)
			.post("/debug/check-stuck-jobs")
			.set("Authorization", basic(TOKEN))
			.set({ Host: "nca.example", ...headers });

		expect(answer.status).toBe(status);
	});

	test("a Bearer token needs no such word: no browser sends it by itself", async () => {
		const url = await openGate({ adminToken: TOKEN });

		const answer = await request(url)
			.post("/debug/check-stuck-jobs")
			.set("Authorization", `Bearer ${TOKEN}`);

		expect(answer.status).toBe(200);
	});
});

describe("in production a token that came over plain http is not taken", () => {
	test.each([
		["http", 403],
		["https", 200],
	])("%s is %i", async (proto, status) => {
		const url = await openGate({ adminToken: TOKEN, production: true });

		const answer = await request(url)
			.get("/")
			.set("Authorization", `Bearer ${TOKEN}`)
			.set("X-Forwarded-Proto", proto);

		expect(answer.status).toBe(status);
	});
});
