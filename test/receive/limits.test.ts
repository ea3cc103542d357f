import express from "express";
import request from "supertest";
import { describe, expect, onTestFinished, test } from "vitest";
import { createLimit } from "../../src/receive/limit.ts";
import { serve } from "../../src/sandbox/serve.ts";
import { createClock, MINUTE, type SetUp, setUp } from "../set-up.ts";
import { ROUTE } from "./send.ts";

const MOST = 60;

/** Asks so often, many at a time, and says how often each status was answered. */
async function statusesOf(
	{ url }: Pick<SetUp, "url">,
	times: number,
	paths: readonly string[],
	init: RequestInit = { method: "POST", body: "{}" },
): Promise<Record<number, number>> {
	const counts: Record<number, number> = {};
	let left = times;
	const asker = async () => {
		while (left > 0) {
			left -= 1;
			const path = paths[left % paths.length];
			const answer = await fetch(`${url}${path}`, init);
			await answer.arrayBuffer();
			counts[answer.status] = (counts[answer.status] ?? 0) + 1;
		}
	};
	await Promise.all(Array.from({ length: 16 }, asker));
	return counts;
}

describe("NCA's webhooks are never limited", () => {
	test("thousands of one address are all taken, however the path is written", async () => {
		const bench = await setUp();
		const paths = [
			ROUTE,
			`${ROUTE}/`,
			`/${ROUTE}`,
			`///${ROUTE}`,
			ROUTE.toUpperCase(),
			`${ROUTE}?job_id=x`,
		];

		const statuses = await statusesOf(bench, 3_000, paths, {
			method: "POST",
			body: '{"test":true}',
		});

		expect(statuses).toEqual({ 200: 3_000 });
	});

	test.each(["GET", "HEAD", "PUT", "OPTIONS"])(
		"nor is what comes there as %s",
		async (method) => {
			const bench = await setUp();

			const statuses = await statusesOf(bench, 3 * MOST, [ROUTE], { method });

			expect(statuses).toEqual({ 405: 3 * MOST });
		},
	);

	test("nor when its address sent too many elsewhere", async () => {
		const bench = await setUp({
			ADMIN_TOKEN: "an-admin-token-of-24-characters",
		});
		await statusesOf(bench, 2 * MOST, ["/webhooks/goapi"]);
		await statusesOf(bench, 2 * MOST, ["/debug/jobs"], {
			headers: { Authorization: "Bearer guess" },
		});

		const statuses = await statusesOf(bench, 2 * MOST, [ROUTE], {
			method: "POST",
			body: '{"test":true}',
		});

		expect(statuses).toEqual({ 200: 2 * MOST });
	});
});

describe("the other webhooks' paths are limited by address", () => {
	test("to sixty a minute, all together, and each is still a line", async () => {
		const bench = await setUp();
		const paths = ["/webhooks/debug-webhook", "/webhooks/goapi", "/webhooks"];

		const statuses = await statusesOf(bench, MOST + 10, paths);

		expect(statuses[429]).toBe(10);
		const lines = [
			...bench.said("webhook refused"),
			...bench.said("webhook received"),
		];
		expect(lines).toHaveLength(MOST + 10);
		expect(lines.filter(({ status }) => status === 429)).toHaveLength(10);
	});

	test("and are taken again after a minute, as Retry-After says", async () => {
		const bench = await setUp();
		await statusesOf(bench, MOST, ["/webhooks/debug-webhook"]);
		bench.clock.advance(MINUTE / 2);
		const ask = () => request(bench.url).post("/webhooks/debug-webhook");

		const over = await ask();
		bench.clock.advance(Number(over.headers["retry-after"]) * 1000);
		const after = await ask();

		expect(over.headers["retry-after"]).toBe("30");
		expect([over.status, after.status]).toEqual([429, 200]);
	});
});

test("of a flood from everywhere only so many addresses are counted one by one, the rest together", async () => {
	const { now, advance } = createClock();
	const addressOf = (req: express.Request) => req.get("From") ?? "";
	const app = express()
		.use(createLimit({ most: 2, addressOf, monotonic: now, addresses: 3 }))
		.use((_req, res) => res.json("in"));
	const { url, close } = await serve(app);
	onTestFinished(close);
	const from = async (address: string) =>
		(await request(url).get("/").set("From", address)).status;
	for (const known of ["1.0.0.1", "1.0.0.2", "1.0.0.3"]) await from(known);

	const others = [
		await from("1.0.0.4"),
		await from("1.0.0.5"),
		await from("1.0.0.6"),
	];
	const known = await from("1.0.0.1");
	advance(MINUTE);
	const later = await from("1.0.0.6");

	expect(others).toEqual([200, 200, 429]);
	expect([known, later]).toEqual([200, 200]);
});
