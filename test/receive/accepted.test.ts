import { describe, expect, test } from "vitest";
import { composeFailure } from "../bodies.ts";
import { setUp } from "../set-up.ts";
import { goodBody, JOB, post, RUN } from "./send.ts";

describe("a webhook that can be used is accepted", () => {
	test("and its answer names the delivery and the record", async () => {
		const { url, spaces, inbox } = await setUp();

		const answer = await post(url, { body: goodBody(spaces) });

		expect(answer.status).toBe(200);
		expect(answer.body).toEqual({
			status: "accepted",
			delivery_id: expect.any(String),
			job_id: JOB,
		});
		expect(await inbox.get(answer.body.delivery_id)).toMatchObject({
			state: "accepted",
			jobId: JOB,
			ncaJobId: RUN,
			body: Buffer.from(JSON.stringify(goodBody(spaces))),
		});
	});

	test("the record is the query's, where it names one", async () => {
		const { url, spaces } = await setUp();

		const answer = await post(url, {
			query: "job_id=recBBBBBBBBBBBBBB&operation=combine",
			body: goodBody(spaces),
		});

		expect(answer.body.job_id).toBe("recBBBBBBBBBBBBBB");
	});

	test("where only NCA's id is known, the record is null", async () => {
		const { url, spaces } = await setUp();

		const answer = await post(url, { body: goodBody(spaces, null) });

		expect(answer.status).toBe(200);
		expect(answer.body).toMatchObject({ status: "accepted", job_id: null });
	});

	test("a failure is, too", async () => {
		const { url } = await setUp();

		const answer = await post(url, { body: composeFailure(JOB, RUN) });

		expect(answer.body).toMatchObject({ status: "accepted", job_id: JOB });
	});

	test("also where a base URL's last slash makes two", async () => {
		const { url, spaces, said } = await setUp();

		const answer = await post(`${url}/`, { body: goodBody(spaces) });

		expect(answer.body).toMatchObject({ status: "accepted", job_id: JOB });
		expect(said("webhook received")).toHaveLength(1);
	});

	test("nobody is asked before the answer: Airtable and Spaces hear nothing", async () => {
		const { url, spaces, airtable } = await setUp();

		await post(url, { body: goodBody(spaces) });

		expect(airtable.calls).toEqual([]);
		expect(spaces.heads).toEqual([]);
	});
});

test("a test is recorded, and nothing else comes of it", async () => {
	const { url, spaces, inbox, drain, airtable } = await setUp();
	const body = { ...goodBody(spaces), test: true };

	const answer = await post(url, { body });
	await drain.once();

	expect(answer.status).toBe(200);
	expect(answer.body).toEqual({ status: "test" });
	expect(await inbox.list({ limit: 9 })).toMatchObject([
		{ state: "test", jobId: JOB },
	]);
	expect(airtable.calls).toEqual([]);
});
