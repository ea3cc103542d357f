import request from "supertest";
import { describe, expect, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { makeJob } from "../jobs.ts";
import { setUp } from "../set-up.ts";
import { breakStore } from "./broken-store.ts";

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

describe("a debug webhook is recorded", () => {
	test("so that it can be asked for by what its body holds", async () => {
		const { url } = await setUp();
		await request(url).post(ROUTE).send({ id: "another" });
		await request(url)
			.post(`${ROUTE}?nonce=n0`)
			.set("User-Agent", "python-requests/2.32.3")
			.send({ id: "nonce-7f3a" });

		const { body } = await request(url).get(
			"/debug/webhooks?status=test&q=nonce-7f3a",
		);

		expect(body.items).toMatchObject([
			{
				status: "test",
				reason: "sent to /webhooks/debug-webhook",
				query: "nonce=n0",
				body: '{"id":"nonce-7f3a"}',
				user_agent: "python-requests/2.32.3",
			},
		]);
	});

	test("each time, also where it is the same", async () => {
		const { url, inbox } = await setUp();

		await request(url).post(ROUTE).send({ id: "same" });
		await request(url).post(ROUTE).send({ id: "same" });

		expect(await inbox.list({ limit: 9 })).toHaveLength(2);
	});

	test("without a credential, and cut at 4 KB", async () => {
		const { url, inbox } = await setUp();

		await request(url)
			.post(`${ROUTE}?token=sesame&a=1`)
			.send({ api_key: "sesame", long: "x".repeat(9000) });

		const [one] = await inbox.list({ limit: 9 });
		expect(one?.query).toBe("token=[redacted]&a=1");
		expect(one?.body.toString()).toContain("[redacted]");
		expect(one?.body.toString()).not.toContain("sesame");
		expect(one?.body.length).toBeLessThan(4200);
	});

	test("and nothing else comes of it: no job is settled, nor told of it", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const file = bench.spaces.put(job.file, 10);

		await request(bench.url)
			.post(`${ROUTE}?job_id=${job.id}`)
			.send(composeSuccess(job.id, job.ncaJobId, file));
		await bench.drain.once();

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("processing");
		await request(bench.url).get(`/debug/jobs/${job.id}`).expect(404);
	});
});

test("where the store cannot take it, it is logged, and answered all the same", async () => {
	const bench = await setUp();
	breakStore(bench.config);

	const answer = await request(bench.url).post(ROUTE).send({ code: 200 });

	expect(answer.status).toBe(200);
	expect(answer.body).toEqual({ status: "logged" });
	expect(bench.said(SAID)).toMatchObject([{ json: { code: 200 } }]);
});
