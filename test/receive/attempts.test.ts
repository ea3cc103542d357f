import request from "supertest";
import { describe, expect, test } from "vitest";
import { setUp } from "../set-up.ts";
import { goodBody, JOB, post, ROUTE } from "./send.ts";

const AGENT = { "User-Agent": "python-requests/2.32.5" };

describe("every attempt is one line, with what a person looks for", () => {
	test("an accepted one", async () => {
		const { url, spaces, said } = await setUp();

		const answer = await post(url, {
			query: `job_id=${JOB}`,
			body: goodBody(spaces),
			headers: AGENT,
		});

		expect(said("webhook received")).toMatchObject([
			{
				level: "info",
				method: "POST",
				path: ROUTE,
				ip: "127.0.0.1",
				user_agent: "python-requests/2.32.5",
				status: 200,
				delivery_id: answer.body.delivery_id,
				job_id: JOB,
			},
		]);
	});

	test("a refused one, with the reason", async () => {
		const { url, said } = await setUp();

		await post(url, { body: "{", headers: AGENT });

		expect(said("webhook refused")).toMatchObject([
			{
				level: "warn",
				method: "POST",
				path: ROUTE,
				ip: "127.0.0.1",
				user_agent: "python-requests/2.32.5",
				status: 400,
				reason: "the body is not JSON",
			},
		]);
	});

	test("a repeat, with the first's id", async () => {
		const { url, spaces, said } = await setUp();
		const first = await post(url, { body: goodBody(spaces) });

		await post(url, { body: goodBody(spaces) });

		expect(said("webhook received")).toMatchObject([
			{ answer: "accepted" },
			{ answer: "duplicate", delivery_id: first.body.delivery_id },
		]);
	});

	test("a GET, as a POST that a redirect may have emptied", async () => {
		const { url, said } = await setUp();

		await request(url).get(`${ROUTE}?job_id=${JOB}`);

		expect(said("webhook refused")).toMatchObject([
			{ method: "GET", status: 405, reason: expect.stringMatching(/redirect/) },
		]);
	});
});

describe("the address is one that the sender cannot choose", () => {
	const FORGED = {
		"Fly-Client-IP": "203.0.113.7",
		"X-Forwarded-For": "1.1.1.1",
	};

	test("the socket's, where no proxy of Fly's stands in front", async () => {
		const { url, inbox, said } = await setUp();

		await post(url, { body: "{", headers: FORGED });

		expect(said("webhook refused")).toMatchObject([{ ip: "127.0.0.1" }]);
		expect(await inbox.list({ limit: 1 })).toMatchObject([{ ip: "127.0.0.1" }]);
	});

	test("on Fly, what its proxy saw", async () => {
		const { url, inbox, said } = await setUp({ FLY_APP_NAME: "an-app" });

		await post(url, { body: "{", headers: FORGED });

		expect(said("webhook refused")).toMatchObject([{ ip: "203.0.113.7" }]);
		expect(await inbox.list({ limit: 1 })).toMatchObject([
			{ ip: "203.0.113.7" },
		]);
	});
});

describe("a webhook for another address is told where it is", () => {
	test.each([
		["/webhooks/goapi", "post"],
		["/webhooks/nca", "post"],
		["/webhooks", "post"],
		["/webhooks/nca-toolkit/more", "post"],
		["/webhooks/debug-webhook", "get"],
	] as const)("%s by %s", async (path, method) => {
		const { url, said, inbox } = await setUp();

		const answer = await request(url)[method](`${path}?token=open-sesame`);

		expect(answer.status).toBe(404);
		expect(answer.body).toEqual({
			error: expect.stringContaining("/webhooks/nca-toolkit"),
		});
		expect(said("webhook refused")).toMatchObject([{ path, status: 404 }]);
		expect(JSON.stringify(said("webhook refused"))).not.toContain("sesame");
		expect(await inbox.list({ limit: 1 })).toEqual([]);
	});

	test("the first 4 KB that it sent are in the line, without signatures", async () => {
		const { url, said } = await setUp();
		const body = `https://files.example/a?sig=abc ${"x".repeat(10_000)}`;

		await request(url).post("/webhooks/goapi").type("text").send(body);

		const [line] = said("webhook refused");
		expect(line?.body).toBe(body.slice(0, 4096).replace("?sig=abc", ""));
	});
});
