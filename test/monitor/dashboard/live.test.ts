import request from "supertest";
import { describe, expect, test } from "vitest";
import { listen } from "./listen.ts";
import { figures, overview, stuckJob } from "./overviews.ts";
import { serveDashboard } from "./serve-dashboard.ts";

const idsOf = (heard: { data: Record<string, string> }[]) =>
	heard.flatMap(({ data }) => data.id ?? []);

const stuck = () =>
	overview({ stuck: [stuckJob()], figures: figures({ jobs: { stuck: 1 } }) });

describe("who looks is told", () => {
	test("first of everything, then of what has changed, and of nothing else", async () => {
		const bench = await serveDashboard();
		const page = await listen(bench.url);
		const first = await page.until("alive");

		bench.show(stuck());
		const from = page.heard.length;
		bench.tick();
		const next = await page.until("alive", from);

		expect(page.headers["content-type"]).toBe("text/event-stream");
		expect(idsOf(first)).toEqual([
			"verdict",
			"stuck",
			"kept",
			"hours",
			"figures",
			"rounds",
			"webhooks",
		]);
		expect(idsOf(next)).toEqual(["verdict", "stuck"]);
		expect(next[1]?.data.html).toContain("recStuckJob000001");
	});

	test("the section that is told is the one that the page would have", async () => {
		const { url } = await serveDashboard(stuck());

		const { text } = await request(url).get("/dashboard");
		const page = await listen(url);
		const told = await page.until("alive");

		for (const { data } of told.filter(({ event }) => event === "section")) {
			expect(text).toContain(
				`<section id="${data.id}" data-mark="${data.mark}">${data.html}</section>`,
			);
		}
	});

	test("now and then that it lives, also when nothing has changed", async () => {
		const bench = await serveDashboard();
		const page = await listen(bench.url);
		await page.until("alive");

		const from = page.heard.length;
		await bench.ticks(5);
		const told = await page.until("alive", from);

		expect(told).toEqual([{ event: "alive", data: {} }]);
	});

	test("when it cannot be made, and again when it can", async () => {
		const bench = await serveDashboard();
		const page = await listen(bench.url);
		await page.until("alive");

		bench.show(new Error("the store is away"));
		bench.tick();
		const failed = await page.until("failed");
		bench.show(stuck());
		const from = page.heard.length;
		bench.tick();
		const mended = await page.until("alive", from);

		expect(JSON.stringify(failed)).not.toContain("store is away");
		expect(idsOf(mended)).toContain("stuck");
	});
});

describe("what it costs is bounded", () => {
	test("all who look share one making; when nobody does, nothing is made", async () => {
		const bench = await serveDashboard();
		const pages = [await listen(bench.url), await listen(bench.url)];
		for (const page of pages) await page.until("alive");
		const made = bench.made();

		bench.show(stuck());
		const from = pages.map(({ heard }) => heard.length);
		bench.tick();
		await pages[0]?.until("alive", from[0]);
		await pages[1]?.until("alive", from[1]);
		const after = bench.made();
		const working = bench.waiting();
		for (const page of pages) page.leave();
		await expect.poll(bench.waiting).toBe(0);

		expect(after).toBe(made + 1);
		expect(working).toBe(1);
	});

	test("at most 20 look at once; a place that is left is free", async () => {
		const { url } = await serveDashboard();
		const pages = [];
		for (let nth = 0; nth < 20; nth += 1) pages.push(await listen(url));

		const refused = await listen(url);
		pages[0]?.leave();

		expect(pages.map(({ status }) => status)).toEqual(Array(20).fill(200));
		expect(refused.status).toBe(503);
		expect(refused.headers["retry-after"]).toBe("10");
		await expect.poll(async () => (await listen(url)).status).toBe(200);
	});

	test("who does not read is told no more, and let go in the end", async () => {
		const bench = await serveDashboard();
		const page = await listen(bench.url);
		await page.until("alive");
		const heard = page.heard.length;
		page.response.pause();

		for (let nth = 0; nth < 60; nth += 1) {
			const why = `${nth} ${"x".repeat(1_000_000)}`;
			const looked = { verdict: "waiting", why };
			bench.show(overview({ stuck: [stuckJob({ looked })] }));
			await bench.ticks(1);
		}
		const looking = bench.waiting();
		page.response.resume();
		await page.ended;

		expect(looking).toBe(0);
		expect(page.heard.length - heard).toBeLessThan(60);
	});

	test("a page of another site cannot take the places", async () => {
		const { url } = await serveDashboard();

		const there = await listen(url, { "Sec-Fetch-Site": "cross-site" });
		const here = await listen(url, { "Sec-Fetch-Site": "same-origin" });

		expect([there.status, here.status]).toEqual([403, 200]);
	});
});

test("when the program stops, the streams end at once, and no other begins", async () => {
	const bench = await serveDashboard();
	const page = await listen(bench.url);
	await page.until("alive");

	bench.close();
	await page.ended;
	const late = await listen(bench.url);

	expect(late.status).toBe(503);
	expect(bench.waiting()).toBe(0);
});
