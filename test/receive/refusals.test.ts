import { gzipSync } from "node:zlib";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { setUp } from "../set-up.ts";
import { goodBody, JOB, MIB, post, postInChunks, ROUTE } from "./send.ts";

const LAST = { limit: 1 };

describe("over 1 MiB is refused, and 4 KB of it are kept", () => {
	const text = `{"code":200,"pad":"${"x".repeat(MIB)}"}`;
	const kept = { state: "refused", body: Buffer.from(text.slice(0, 4096)) };

	test("where the length is told", async () => {
		const { url, inbox } = await setUp();

		const answer = await post(url, { body: text });

		expect(answer.status).toBe(413);
		expect(answer.body).toEqual({ error: "the body is over 1 MiB" });
		expect(await inbox.list(LAST)).toMatchObject([kept]);
	});

	test("where it comes in chunks", async () => {
		const { url, inbox } = await setUp();
		const half = text.length / 2;

		const answer = await postInChunks(url, [
			text.slice(0, half),
			text.slice(half),
		]);

		expect(answer.status).toBe(413);
		expect(answer.body).toEqual({ error: "the body is over 1 MiB" });
		expect(await inbox.list(LAST)).toMatchObject([kept]);
	});

	test("a body of exactly 1 MiB is not", async () => {
		const { url, spaces } = await setUp();
		const body = JSON.stringify(goodBody(spaces)).padEnd(MIB, " ");

		const answer = await post(url, { body });

		expect(answer.status).toBe(200);
	});
});

describe("compressed bodies are refused", () => {
	test.each(["gzip", "br", "deflate", "GZIP"])("%s", async (encoding) => {
		const { url, inbox } = await setUp();

		const answer = await post(url, {
			body: gzipSync("{}"),
			headers: { "Content-Encoding": encoding },
		});

		expect(answer.status).toBe(415);
		expect(answer.body).toEqual({ error: "compressed bodies are not taken" });
		expect(await inbox.list(LAST)).toMatchObject([{ state: "refused" }]);
	});

	test("`identity` says that one is not", async () => {
		const { url, spaces } = await setUp();

		const answer = await post(url, {
			body: goodBody(spaces),
			headers: { "Content-Encoding": "identity" },
		});

		expect(answer.status).toBe(200);
	});
});

describe("only POST is taken", () => {
	test.each(["get", "put", "delete", "head", "patch", "options"] as const)(
		"%s",
		async (method) => {
			const { url, inbox } = await setUp();

			const answer = await request(url)[method](`${ROUTE}?job_id=${JOB}`);

			expect(answer.status).toBe(405);
			expect(answer.headers.allow).toBe("POST");
			if (method !== "head")
				expect(answer.body).toEqual({
					error: expect.stringMatching(/^only POST is taken/),
				});
			expect(await inbox.list(LAST)).toMatchObject([
				{ state: "refused", method: method.toUpperCase() },
			]);
		},
	);
});

test("after every kind of refusal, the next good one is taken", async () => {
	const { url, spaces, inbox } = await setUp();
	const gzip = { "Content-Encoding": "gzip" };
	const refused = [
		await post(url, { body: "x".repeat(MIB + 1) }),
		await post(url, { body: gzipSync("{}"), headers: gzip }),
		await post(url, { body: "{" }),
		await request(url).put(ROUTE),
	];

	const good = await post(url, { body: goodBody(spaces) });

	expect(refused.map(({ status }) => status)).toEqual([413, 415, 400, 405]);
	expect(good.status).toBe(200);
	const recorded = await inbox.list({ limit: 50 });
	expect(recorded.map(({ state }) => state)).toEqual([
		"accepted",
		...Array(4).fill("refused"),
	]);
});
