import express from "express";
import { describe, expect, onTestFinished, test } from "vitest";
import { Transient } from "../../src/errors.ts";
import { createAdmit } from "../../src/receive/admit.ts";
import { createDeliveryIds } from "../../src/receive/ids.ts";
import { createRoom } from "../../src/receive/room.ts";
import { createWebhookRoute } from "../../src/receive/webhook.ts";
import { serve } from "../../src/sandbox/serve.ts";
import { createClock, setUp } from "../set-up.ts";
import { breakStore } from "./broken-store.ts";
import { goodBody, JOB, post, ROUTE } from "./send.ts";

describe("a webhook that could not be stored is not acknowledged", () => {
	test("whatever the store's fault", async () => {
		const { url, spaces, config, inbox } = await setUp();
		breakStore(config);

		const answer = await post(url, { body: goodBody(spaces) });

		expect(answer.status).toBe(503);
		expect(answer.body).toEqual({ error: "the inbox cannot store it" });
		expect(await inbox.list({ limit: 9 })).toEqual([]);
	});

	test("its ids, query and body are in the log, the last place that can keep it", async () => {
		const { url, spaces, config, said } = await setUp();
		breakStore(config);

		const body = { ...goodBody(spaces), id: null };
		const query = `job_id=${JOB}&operation=combine`;
		await post(url, { body, query: `${query}&token=secret` });

		expect(said("webhook refused")).toMatchObject([
			{
				status: 503,
				job_id: JOB,
				delivery_id: expect.stringMatching(/^d/),
				query,
				body: JSON.stringify(body),
			},
		]);
	});

	test("its whole body is in the log, on one line, and can be posted again from it", async () => {
		const { url, spaces, config, said } = await setUp();
		const mend = breakStore(config);
		const rows = Array.from({ length: 40_000 }, (_, nth) => `line ${nth}\n`);
		const body = { ...goodBody(spaces), message: `${rows.join("")}\u2028` };
		const query = `job_id=${JOB}&operation=combine`;
		await post(url, { body, query });
		mend();

		const [line] = said("webhook refused");
		const answer = await post(url, {
			body: JSON.parse(String(line?.body)),
			query: String(line?.query),
		});

		expect(line?.body).toBe(JSON.stringify(body));
		expect(answer.body.status).toBe("accepted");
	});

	test("no credential in it, nor the query of a URL, is in the log", async () => {
		const { url, spaces, config, lines } = await setUp();
		breakStore(config);
		const pad = "x".repeat(10_000);
		const body = {
			...goodBody(spaces),
			pad,
			api_key: "SECRET1",
			input: "https://user:SECRET2@files.example/a.mp4?X-Amz-Signature=SECRET3",
		};

		await post(url, { body, query: `job_id=${JOB}&token=SECRET4` });

		const written = JSON.stringify(lines);
		expect(written).toContain(pad);
		expect(written).not.toContain("SECRET");
	});

	test("nor is the drain told of it", async () => {
		const woken: string[] = [];
		const { now } = createClock();
		const fault = new Transient("no space left", { code: "SQLITE_13" });
		const webhook = createWebhookRoute({
			inbox: { put: () => Promise.reject(fault) },
			room: createRoom(),
			mayProve: () => false,
			admit: createAdmit({ secrets: [], isOurFile: () => true }),
			newId: createDeliveryIds(now, () => 0),
			suspect: () => {},
			wake: () => woken.push("woken"),
			onFly: false,
			now,
		});
		const { url, close } = await serve(express().use(ROUTE, webhook));
		onTestFinished(close);

		const answer = await post(url, { body: { code: 500, id: JOB } });

		expect(answer.status).toBe(503);
		expect(woken).toEqual([]);
	});

	test("sent again, it is new, not a repeat", async () => {
		const { url, spaces, config } = await setUp();
		const mend = breakStore(config);
		await post(url, { body: goodBody(spaces) });
		mend();

		const answer = await post(url, { body: goodBody(spaces) });

		expect(answer.body.status).toBe("accepted");
	});
});
