import { describe, expect, test } from "vitest";
import { setUp } from "../set-up.ts";
import { goodBody, JOB, post } from "./send.ts";

describe("a repeat is known as one", () => {
	test("and is answered with the ids of the first", async () => {
		const { url, spaces, inbox } = await setUp();
		const webhook = { query: `job_id=${JOB}`, body: goodBody(spaces, null) };
		const first = await post(url, webhook);

		const second = await post(url, webhook);

		expect(second.status).toBe(200);
		expect(second.body).toEqual({ ...first.body, status: "duplicate" });
		expect(await inbox.list({ limit: 9 })).toHaveLength(1);
	});

	test("also of one that was parked", async () => {
		const { url } = await setUp();
		const first = await post(url, { body: "[]" });

		const second = await post(url, { body: "[]" });

		expect(second.status).toBe(200);
		expect(second.body).toEqual({
			status: "duplicate",
			delivery_id: first.body.delivery_id,
			job_id: null,
		});
	});

	test("also when another token comes with it", async () => {
		const { url, spaces } = await setUp();
		const body = goodBody(spaces);
		await post(url, { query: `job_id=${JOB}&token=one`, body });

		const second = await post(url, { query: `job_id=${JOB}&token=two`, body });

		expect(second.body.status).toBe("duplicate");
	});

	test("another query, or one byte more, is no repeat", async () => {
		const { url, spaces, inbox } = await setUp();
		const body = JSON.stringify(goodBody(spaces));

		const answers = [
			await post(url, { body }),
			await post(url, { query: "operation=combine", body }),
			await post(url, { body: `${body} ` }),
		];

		expect(answers.map((one) => one.body.status)).toEqual(
			Array(3).fill("accepted"),
		);
		expect(await inbox.list({ limit: 9 })).toHaveLength(3);
	});

	test("what was refused may come again", async () => {
		const { url, inbox } = await setUp();
		await post(url, { body: "{" });

		const second = await post(url, { body: "{" });

		expect(second.status).toBe(400);
		expect(await inbox.list({ limit: 9 })).toHaveLength(2);
	});
});
