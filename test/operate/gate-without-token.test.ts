import request from "supertest";
import { describe, expect, test } from "vitest";
import { openGate } from "./open-gate.ts";

describe("without an admin token", () => {
	test.each(["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"])(
		"in development this machine is let in, as %s",
		async (host) => {
			const url = await openGate({});

			const answer = await request(url).post("/").set("Host", host);

			expect(answer.status).toBe(200);
		},
	);

	test.each([
		["Forwarded", "for=127.0.0.1"],
		["X-Forwarded-For", "127.0.0.1"],
		["X-Forwarded-Host", "localhost"],
		["X-Forwarded-Proto", "https"],
		["X-Real-IP", "127.0.0.1"],
		["X-Forwarded-For", "::1"],
		["X-Client-IP", "127.0.0.1"],
		["Fly-Client-IP", "127.0.0.1"],
		["Fly-Region", "ams"],
		["Via", "1.1 proxy"],
	])("in development a proxy is not: %s", async (name, value) => {
		const url = await openGate({});

		const answer = await request(url).get("/").set(name, value);

		expect(answer.status).toBe(403);
		expect(answer.body).toEqual({
			error: expect.stringMatching(/ADMIN_TOKEN/),
		});
	});

	test.each([
		"evil.example",
		"localhost.evil.example",
		"127.0.0.1.evil.example",
		"127.0.0.1.nip.io",
		"127.0.0.1@evil.example",
		"localhost.",
		"[::1].evil.example",
		"evil.example:127",
		"10.0.0.7:8080",
	])("in development a name that is not ours is not: %s", async (host) => {
		const url = await openGate({});

		const answer = await request(url).get("/").set("Host", host);

		expect(answer.status).toBe(403);
	});

	test("in production nobody is, and the answer names what to set", async () => {
		const url = await openGate({ production: true });

		const answer = await request(url)
			.get("/")
			.set("Authorization", "Bearer undefined");

		expect(answer.status).toBe(403);
		expect(answer.body).toEqual({
			error: expect.stringMatching(/ADMIN_TOKEN/),
		});
	});

	test("a page of another site cannot make a browser here change anything", async () => {
		const url = await openGate({});
		const from = (origin: string) =>
			request(url)
				.post("/")
				.set("Host", "localhost:8080")
				.set("Origin", origin);

		const foreign = await from("http://evil.example");
		const own = await from("http://localhost:8080");

		expect([foreign.status, own.status]).toEqual([403, 200]);
	});
});
