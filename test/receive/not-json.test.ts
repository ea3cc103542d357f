import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { setUp } from "../set-up.ts";
import { goodBody, JOB, MIB, post } from "./send.ts";

const LAST = { limit: 1 };

describe("what is not JSON is refused, and kept as it came", () => {
	test.each([
		["nothing", ""],
		["blanks", "  \n"],
		["words", "job done"],
		["a form", `id=${JOB}&code=200`],
		["half a body", '{"code":200,"id":"rec'],
		["1 MiB of brackets", "[".repeat(MIB)],
		["a Python dict", "{'code': 200, 'id': None}"],
		["gzip that does not say so", gzipSync('{"code":200}')],
		["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00, 0x7b])],
	])("%s", async (_what, body) => {
		const { url, inbox } = await setUp();

		const answer = await post(url, { body });

		expect(answer.status).toBe(400);
		expect(answer.body).toEqual({
			error: body === "" ? "the body is empty" : "the body is not JSON",
		});
		expect(await inbox.list(LAST)).toMatchObject([
			{ state: "refused", body: Buffer.from(body) },
		]);
	});

	test("the content type does not matter, the body does", async () => {
		const { url, spaces } = await setUp();

		const answer = await post(url, {
			body: goodBody(spaces),
			headers: { "Content-Type": "text/plain; charset=utf-16" },
		});

		expect(answer.status).toBe(200);
	});
});

test("60,000 brackets inside an object are read, and settled", async () => {
	const { url, drain, inbox } = await setUp();
	const nest = `${"[".repeat(60_000)}${"]".repeat(60_000)}`;

	const answer = await post(url, {
		body: `{"code":200,"id":"${JOB}","response":${nest},"message":${nest}}`,
	});
	await drain.once();

	expect(answer.status).toBe(200);
	expect(await inbox.list(LAST)).not.toMatchObject([{ state: "buried" }]);
});
