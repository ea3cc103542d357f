import request from "supertest";
import { describe, expect, test } from "vitest";
import { MINUTE, setUp } from "../set-up.ts";
import { breakStore } from "./broken-store.ts";
import { goodBody, post } from "./send.ts";

describe("health says whether webhooks can be taken", () => {
	const health = (url: string) => request(url).get("/health");

	test("yes, at first", async () => {
		const { url } = await setUp();

		const answer = await health(url);

		expect(answer.status).toBe(200);
		expect(answer.body).toEqual({ status: "ok" });
	});

	test("no, once the inbox has failed for a minute", async () => {
		const { url, spaces, config, clock } = await setUp();
		breakStore(config);
		await post(url, { body: goodBody(spaces) });

		clock.advance(MINUTE - 1);
		const before = await health(url);
		clock.advance(1);
		const after = await health(url);

		expect(before.status).toBe(200);
		expect(after.status).toBe(503);
	});

	test("the minute counts from the first failure, not the last", async () => {
		const { url, spaces, config, clock } = await setUp();
		breakStore(config);
		await post(url, { body: goodBody(spaces) });
		clock.advance(MINUTE / 2);
		await post(url, { body: goodBody(spaces) });
		clock.advance(MINUTE / 2);

		const answer = await health(url);

		expect(answer.status).toBe(503);
	});

	test("yes again, after a webhook that could be stored", async () => {
		const { url, spaces, config, clock } = await setUp();
		const mend = breakStore(config);
		await post(url, { body: goodBody(spaces) });
		clock.advance(MINUTE);
		mend();
		await post(url, { body: goodBody(spaces) });

		const answer = await health(url);

		expect(answer.status).toBe(200);
	});

	test("also where no webhook comes: the heartbeat finds out", async () => {
		const { url, config, clock, heartbeat } = await setUp();
		const mend = breakStore(config);
		await expect(heartbeat()).rejects.toThrow();
		clock.advance(MINUTE);
		const broken = await health(url);
		mend();
		await heartbeat();

		const mended = await health(url);

		expect([broken.status, mended.status]).toEqual([503, 200]);
	});

	test("it knows nothing of Airtable or Spaces", async () => {
		const { url, airtable, spaces, drain } = await setUp();
		airtable.fault((_req, res) => res.status(503).end());
		spaces.fail(503);
		await post(url, { body: goodBody(spaces) });
		await drain.once();

		const answer = await health(url);

		expect(answer.status).toBe(200);
	});
});
