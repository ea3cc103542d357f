import request from "supertest";
import { describe, expect, test } from "vitest";
import { makeJob, post, succeed } from "../jobs.ts";
import { buryNext } from "../operate/by-hand.ts";
import { MINUTE, START, setUp } from "../set-up.ts";
import { closeOne } from "../settle/read-backs.ts";
import { metricsOf, risen } from "./metrics-of.ts";

/** The counters and gauges alone; and not how Airtable was asked. */
function withoutTimes(metrics: Record<string, number>) {
	return Object.fromEntries(
		Object.entries(metrics).filter(
			([name]) => !/_seconds_|^airtable_|^spaces_/.test(name),
		),
	);
}

test("of an empty store what is known to come is 0 already, so that a first one is seen as a rise", async () => {
	const { url } = await setUp();

	const metrics = withoutTimes(Object.fromEntries(await metricsOf(url)));

	expect(metrics).toEqual({
		'nca_webhooks_total{status="accepted"}': 0,
		'nca_webhooks_total{status="duplicate"}': 0,
		'nca_webhooks_total{status="parked"}': 0,
		'nca_webhooks_total{status="test"}': 0,
		'nca_webhooks_total{status="malformed"}': 0,
		'nca_webhooks_total{status="unproven"}': 0,
		'nca_webhooks_total{status="refused"}': 0,
		poll_rounds_total: 0,
		nca_jobs_stuck: 0,
		'nca_inbox_depth{state="waiting"}': 0,
		'nca_inbox_depth{state="parked"}': 0,
		'nca_inbox_depth{state="buried"}': 0,
		nca_inbox_oldest_seconds: 0,
	});
});

test("every metric says what it is, and whose it is", async () => {
	const { url } = await setUp();

	const { text, headers } = await request(url).get("/metrics");

	const help = text.split("\n").filter((line) => line.startsWith("# HELP"));
	expect(headers["content-type"]).toBe(
		"text/plain; version=0.0.4; charset=utf-8",
	);
	expect(help).toHaveLength(10);
	for (const line of help)
		expect(line).toMatch(
			/over all machines that share it|Of this process alone/,
		);
});

describe("what happens is counted once, however often it is read", () => {
	test("webhooks, by what became of them", async () => {
		const bench = await setUp();
		const job = makeJob(bench, "combine");
		const before = await metricsOf(bench.url);
		await succeed(bench, job);
		await succeed(bench, job);
		await post(bench, "", []);
		await post(bench, "", "not json");
		await post(bench, "", { test: true });
		await request(bench.url).get("/webhooks/nca-toolkit");
		await metricsOf(bench.url);

		const after = await metricsOf(bench.url);

		expect(withoutTimes(risen(before, after))).toEqual({
			'nca_webhooks_total{status="accepted"}': 1,
			'nca_webhooks_total{status="duplicate"}': 1,
			'nca_webhooks_total{status="parked"}': 1,
			'nca_webhooks_total{status="malformed"}': 1,
			'nca_webhooks_total{status="test"}': 1,
			'nca_webhooks_total{status="refused"}': 1,
			'nca_inbox_depth{state="waiting"}': 1,
			'nca_inbox_depth{state="parked"}': 1,
		});
	});

	test("jobs, by their outcome and how it was learnt; rounds; and what is stuck", async () => {
		const bench = await setUp();
		const before = await metricsOf(bench.url);
		await closeOne(bench);
		const found = makeJob(bench, "concatenate");
		bench.spaces.put(found.file, 10);
		makeJob(bench, "concatenate");
		await bench.poll.round();
		await bench.drain.once();
		await succeed(bench, makeJob(bench, "combine"));
		await buryNext(bench);
		await metricsOf(bench.url);

		const after = await metricsOf(bench.url);

		expect(withoutTimes(risen(before, after))).toEqual({
			'nca_webhooks_total{status="accepted"}': 2,
			'nca_jobs_settled_total{outcome="completed",via="webhook"}': 1,
			'nca_jobs_settled_total{outcome="completed",via="polling"}': 1,
			poll_rounds_total: 1,
			nca_jobs_stuck: 1,
			'nca_inbox_depth{state="buried"}': 1,
		});
	});

	test("how Airtable and Spaces answered, and no other count that bears their names", async () => {
		const bench = await setUp();
		const before = await metricsOf(bench.url);
		await bench.ledger.tally(
			new Map([
				["airtable 200", 8],
				["airtable 429", 1],
				["airtable fault", 2],
				["airtable calls 2026-11", 11],
				["head found", 3],
				["head absent", 4],
				["head unknown", 5],
			]),
			START,
		);

		const after = await metricsOf(bench.url);

		expect(risen(before, after)).toEqual({
			'airtable_requests_total{status="200"}': 8,
			'airtable_requests_total{status="429"}': 1,
			'airtable_requests_total{status="fault"}': 2,
			'spaces_heads_total{result="found"}': 3,
			'spaces_heads_total{result="absent"}': 4,
			'spaces_heads_total{result="unknown"}': 5,
		});
	});
});

test("a gauge falls again", async () => {
	const bench = await setUp();
	await succeed(bench, makeJob(bench, "combine"));
	bench.clock.advance(MINUTE);
	const waiting = await metricsOf(bench.url);
	await bench.drain.once();

	const settled = await metricsOf(bench.url);

	const ofBoth = (name: string) => [waiting.get(name), settled.get(name)];
	expect(ofBoth("nca_inbox_oldest_seconds")).toEqual([60, 0]);
	expect(ofBoth('nca_inbox_depth{state="waiting"}')).toEqual([1, 0]);
});

describe("histograms", () => {
	test("NCA's waiting is measured for each webhook, and for nothing else", async () => {
		const bench = await setUp();
		await post(bench, "", { test: true });
		await request(bench.url).post("/webhooks/other").send("x");

		const metrics = await metricsOf(bench.url);

		expect(metrics.get("nca_webhook_ack_seconds_count")).toBe(1);
		expect(metrics.get('nca_webhook_ack_seconds_bucket{le="0.0005"}')).toBe(1);
	});

	test("the delay is measured for the first webhook of a run", async () => {
		const bench = await setUp();
		const job = await closeOne(bench);
		const file = bench.spaces.put(job.file, 10);
		await post(bench, `job_id=${job.id}`, {
			code: 200,
			job_id: job.ncaJobId,
			response: file,
		});
		await bench.drain.once();
		await bench.poll.round();

		const metrics = await metricsOf(bench.url);

		expect(metrics.get("nca_webhook_delay_seconds_count")).toBe(1);
		expect(metrics.get("nca_webhook_delay_seconds_sum")).toBe(7 * 60);
		expect(metrics.get('nca_webhook_delay_seconds_bucket{le="300"}')).toBe(0);
		expect(metrics.get('nca_webhook_delay_seconds_bucket{le="600"}')).toBe(1);
	});
});

test("metrics are not for everyone", async () => {
	const ADMIN_TOKEN = "an admin token that is long enough";
	const { url } = await setUp({ ADMIN_TOKEN });

	const refused = await request(url).get("/metrics");
	const shown = await request(url)
		.get("/metrics")
		.set("Authorization", `Bearer ${ADMIN_TOKEN}`);

	expect([refused.status, shown.status]).toEqual([401, 200]);
	expect(refused.text).not.toContain("nca_");
});
