import { setImmediate } from "node:timers/promises";
import express from "express";
import { onTestFinished, vi } from "vitest";
import { createLog } from "../../../src/log.ts";
import { createDashboard } from "../../../src/monitor/dashboard/dashboard.ts";
import type { Overview } from "../../../src/monitor/dashboard/overview.ts";
import { serve } from "../../../src/sandbox/serve.ts";
import { createTicker } from "../../ticker.ts";
import { overview } from "./overviews.ts";

/** The dashboard alone, of what `show` was told last. */
export async function serveDashboard(first: Overview = overview()) {
	let shown: Overview | Error = first;
	let made = 0;
	const ticker = createTicker();
	const dashboard = createDashboard({
		overview: async () => {
			made += 1;
			if (shown instanceof Error) throw shown;
			return shown;
		},
		every: ticker.every,
		log: await createLog({ level: "silent", write: () => {} }),
	});
	const { url, close } = await serve(express().use(dashboard.routes));
	onTestFinished(async () => {
		dashboard.close();
		await close();
	});
	return {
		...ticker,
		url,
		close: dashboard.close,
		made: () => made,
		/** Strikes so often, each time when what the last one did is done. */
		async ticks(times: number) {
			for (let nth = 0; nth < times; nth += 1) {
				const before = made;
				ticker.tick();
				await vi.waitUntil(() => made > before || ticker.waiting() === 0);
				await setImmediate();
			}
		},
		show(next: Overview | Error) {
			shown = next;
		},
	};
}
