import { describe, expect, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { setUp } from "../set-up.ts";
import { JOB, post, RUN } from "./send.ts";

describe("what shows itself to be unusable is parked, and says why", () => {
	test.each([
		["a list", "[]", "not an object"],
		["a text", '"completed"', "not an object"],
		["null", "null", "not an object"],
		["a number", "1", "not an object"],
		["an empty object", "{}", "no verdict"],
		[
			"only queued",
			`{"code":202,"id":"${JOB}","job_id":"${RUN}"}`,
			"no verdict",
		],
		[
			"a file elsewhere",
			JSON.stringify(composeSuccess(JOB, RUN, "https://example.com/a.mp4")),
			"foreign file",
		],
		[
			"no id at all",
			'{"code":500,"id":null,"message":"Out of memory"}',
			"no usable id",
		],
		["ids that are none", '{"code":500,"id":7,"job_id":{}}', "no usable id"],
	])("%s", async (_what, body, reason) => {
		const { url, inbox } = await setUp();

		const answer = await post(url, { body });

		expect(answer.status).toBe(202);
		expect(answer.body).toEqual({
			status: "parked",
			delivery_id: expect.any(String),
			reason,
		});
		expect(await inbox.get(answer.body.delivery_id)).toMatchObject({
			state: "parked",
			reason,
			body: Buffer.from(body),
		});
	});

	test("a query that names the job is id enough", async () => {
		const { url } = await setUp();

		const answer = await post(url, {
			query: `job_id=${JOB}`,
			body: { code: 500, id: null },
		});

		expect(answer.body).toMatchObject({ status: "accepted", job_id: JOB });
	});
});
