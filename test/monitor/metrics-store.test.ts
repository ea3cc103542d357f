import request from "supertest";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/monitor/metrics.ts";
import { createMetricsApp } from "../../src/monitor/metrics-route.ts";
import type { LogLine } from "../../src/sandbox/program.ts";
import { serve } from "../../src/sandbox/serve.ts";
import { START } from "../set-up.ts";
import { metricsOf } from "./metrics-of.ts";

/** A page on a store that counts one webhook, unless it is gone. */
async function setUpStore() {
	let isGone = false;
	const lines: LogLine[] = [];
	const log = await createLog({
		level: "debug",
		write: (line) => lines.push(JSON.parse(line)),
	});
	const metrics = createMetrics({
		inbox: {
			depth: async () => ({
				waiting: 0,
				oldestAt: null,
				waitingFor: {},
				parked: 0,
				buried: 0,
			}),
		},
		ledger: {
			async tallies() {
				if (isGone) throw new Error("the disk is gone");
				return new Map([["webhook accepted", 1]]);
			},
			inProcessing: async () => ({ stuck: 0, expected: 0 }),
		},
		now: () => START,
	});
	const stand = await serve(createMetricsApp({ metrics, log }));
	onTestFinished(stand.close);
	const lose = (gone: boolean) => {
		isGone = gone;
	};
	return { url: stand.url, lines, lose };
}

test("a store that cannot answer is 503, not totals that have fallen to 0, and it goes on when it can", async () => {
	const { url, lines, lose } = await setUpStore();
	lose(true);

	const { status, text } = await request(url).get("/metrics");
	lose(false);
	const after = await metricsOf(url);

	expect(status).toBe(503);
	expect(text).not.toMatch(/nca_|disk/);
	expect(lines.map(({ msg }) => msg)).toEqual(["metrics not read"]);
	expect(after.get('nca_webhooks_total{status="accepted"}')).toBe(1);
});

test("pages that are read at the same time do not add up", async () => {
	const { url } = await setUpStore();

	const pages = await Promise.all([1, 2, 3, 4].map(() => metricsOf(url)));

	expect(
		pages.map((page) => page.get('nca_webhooks_total{status="accepted"}')),
	).toEqual([1, 1, 1, 1]);
});
