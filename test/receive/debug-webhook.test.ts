import request from "supertest";
import { describe, expect, test } from "vitest";
import { setUp } from "../set-up.ts";

const ROUTE = "/webhooks/debug-webhook";
const SAID = "debug webhook received";

describe("a debug webhook is logged with all that came", () => {
	test("headers, query and JSON", async () => {
		const { url, said } = await setUp();

		const answer = await request(url)
			.post(`${ROUTE}?job_id=recX&operation=combine`)
			.set("User-Agent", "curl/8.5.0")
			.send({ code: 200, id: null });

		expect(answer.status).toBe(200);
		expect(answer.body).toEqual({ status: "logged" });
		expect(said(SAID)).toMatchObject([
			{
				method: "POST",
				headers: {
					"user-agent": "curl/8.5.0",
					"content-type": "application/json",
				},
				query: { job_id: "recX", operation: "combine" },
				form: null,
				json: { code: 200, id: null },
				data: '{"code":200,"id":null}',
			},
		]);
	});

	test("a form", async () => {
		const { url, said } = await setUp();

		await request(url).post(ROUTE).type("form").send("id=recX&code=200");

		expect(said(SAID)).toMatchObject([
			{
				form: { id: "recX", code: "200" },
				json: null,
				data: "id=recX&code=200",
			},
		]);
	});

	test("what is neither", async () => {
		const { url, said } = await setUp();

		const answer = await request(url).post(ROUTE).type("text").send("hello");

		expect(answer.body).toEqual({ status: "logged" });
		expect(said(SAID)).toMatchObject([
			{ form: null, json: null, data: "hello" },
		]);
	});

	test("nothing", async () => {
		const { url, said } = await setUp();

		const answer = await request(url).post(ROUTE);

		expect(answer.body).toEqual({ status: "logged" });
		expect(said(SAID)).toMatchObject([{ json: null, data: "" }]);
	});
});

test.each([
	["Authorization", "Bearer sesame"],
	["Cookie", "session=sesame"],
	["X-API-Key", "sesame"],
	["X-NCA-Signature", "sesame"],
	["X-Auth-Token", "sesame"],
	["Proxy-Authorization", "Basic sesame"],
])("a credential is not logged: %s", async (name, value) => {
	const { url, lines, said } = await setUp();

	await request(url).post(ROUTE).set(name, value).send({});

	expect(JSON.stringify(lines)).not.toContain("sesame");
	expect(said(SAID)).toMatchObject([
		{ headers: { [name.toLowerCase()]: "[redacted]" } },
	]);
});

describe("a signed URL is not logged, wherever it stands", () => {
	const SIGNED = "https://files.example/a.mp3?X-Amz-Signature=sesame";
	const ESCAPED = encodeURIComponent(SIGNED);
	const JSON_ESCAPED = JSON.stringify({ file: SIGNED }).replaceAll("/", "\\/");

	test.each([
		["the query", `?file=${ESCAPED}`, "json", "{}"],
		["a form", "", "form", `file=${ESCAPED}`],
		["JSON", "", "json", JSON.stringify({ files: [{ file: SIGNED }] })],
		["JSON with escapes", "", "json", JSON_ESCAPED],
		["a text", "", "text", `from '${SIGNED}':`],
	])("%s", async (_where, query, type, body) => {
		const { url, lines, said } = await setUp();

		await request(url).post(`${ROUTE}${query}`).type(type).send(body);

		expect(said(SAID)).toHaveLength(1);
		expect(JSON.stringify(lines)).not.toContain("sesame");
		expect(JSON.stringify(lines)).toContain("a.mp3");
	});
});

test.each([
	["the query", "?token=sesame", "json", "{}"],
	["a form", "", "form", "password=sesame&token=sesame"],
	["JSON", "", "json", '{"data":{"api_key":"sesame"}}'],
	["the address that it came from", "?a=1", "json", "{}"],
])("nor is a credential in %s", async (_where, query, type, body) => {
	const { url, lines, said } = await setUp();

	await request(url)
		.post(`${ROUTE}${query}`)
		.type(type)
		.set("Referer", "https://app.example/?token=sesame")
		.send(body);

	expect(said(SAID)).toHaveLength(1);
	expect(JSON.stringify(lines)).not.toContain("sesame");
});

test("of a long body 4 KB are logged", async () => {
	const { url, said } = await setUp();

	const answer = await request(url)
		.post(ROUTE)
		.type("text")
		.send("x".repeat(2 * 1024 * 1024));

	expect(answer.body).toEqual({ status: "logged" });
	expect(said(SAID)[0]?.data).toBe("x".repeat(4096));
});

test("nothing comes of it: it is not in the inbox", async () => {
	const { url, inbox } = await setUp();

	await request(url).post(ROUTE).send({ code: 200, id: "recAAAAAAAAAAAAAA" });

	expect(await inbox.list({ limit: 1 })).toEqual([]);
});
