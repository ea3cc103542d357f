import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { composeSuccess } from "../bodies.ts";
import { makeJob, post, succeed } from "../jobs.ts";
import { type SetUp, setUp } from "../set-up.ts";
import { browserForTests, openPage } from "./chromium.ts";

const found = await browserForTests();
const browser = found as Browser;
const TOKEN = "an-admin-token-of-24-characters";

/** The page, alive. */
async function look(
	{ url }: Pick<SetUp, "url">,
	options: Parameters<typeof openPage>[1] = {},
) {
	const opened = await openPage(browser, options);
	await opened.page.goto(`${url}/dashboard`);
	await opened.page.locator('#live[data-state="on"]').waitFor();
	return opened;
}

/** Something that a reload would lose. */
const mark = (page: Page) => page.evaluate("globalThis.mark = 1");
const isMarked = (page: Page) => page.evaluate("globalThis.mark === 1");

describe.skipIf(!found)("in a browser (skipped without Chromium)", () => {
	test.each([1280, 768, 375])(
		"at %i px the page loads, fits, and complains of nothing",
		async (width) => {
			const bench = await setUp();
			makeJob(bench, "combine");
			await bench.poll.round();
			await post(bench, "", { message: "x".repeat(300) });
			await post(bench, "", "no JSON");
			const foreign = "https://elsewhere.example/a.mp4";
			await post(bench, "", composeSuccess("recX", "an-id-of-nca", foreign));

			const { page, complaints } = await look(bench, {
				viewport: { width, height: 800 },
			});
			await page.locator("#plot canvas").waitFor();
			await page.locator("summary").click();
			const room = await page.evaluate("document.body.parentNode.scrollWidth");
			const bursting = await page.evaluate(
				"[...document.querySelectorAll('section')].filter((one) => one.scrollWidth > one.clientWidth).map(({ id }) => id)",
			);

			expect(room).toBe(width);
			expect(bursting).toEqual([]);
			expect(await page.title()).toBe("1 problem – NCA webhooks");
			expect(complaints).toEqual([]);
		},
	);

	test("a webhook that arrives is shown without a reload, and keeps focus and scroll", async () => {
		const bench = await setUp();
		makeJob(bench, "combine");
		await bench.poll.round();
		const { page, complaints } = await look(bench);
		await mark(page);
		const button = page.getByRole("button", { name: /^Check rec/ });
		await button.focus();
		await page.evaluate("scrollTo(0, 120)");

		await succeed(bench, makeJob(bench, "concatenate"));
		bench.tick();
		await page.locator("#webhooks .badge", { hasText: "accepted" }).waitFor();

		expect(await isMarked(page)).toBe(true);
		expect(await page.evaluate("scrollY")).toBe(120);
		expect(await page.evaluate("document.activeElement.textContent")).toBe(
			"Check",
		);
		expect(complaints).toEqual([]);
	});

	test("a stuck job appears, and is gone when it is closed", async () => {
		const bench = await setUp();
		const { page } = await look(bench);
		await mark(page);
		await page.getByText("Nothing is stuck.").waitFor();
		const job = makeJob(bench, "combine");

		await bench.poll.round();
		bench.tick();
		await page.locator("#stuck").getByText(job.id).waitFor();
		await succeed(bench, job);
		await bench.drain.once();
		bench.tick();
		await page.getByText("Nothing is stuck.").waitFor();

		expect(await isMarked(page)).toBe(true);
	});

	test("a button does what it says, by keyboard, and its answer is said", async () => {
		const bench = await setUp({ ADMIN_TOKEN: TOKEN });
		const job = makeJob(bench, "combine");
		await bench.poll.round();
		const httpCredentials = { username: "admin", password: TOKEN };
		const { page, complaints } = await look(bench, { httpCredentials });
		bench.spaces.put(job.file, 10);

		await page.getByRole("button", { name: `Check ${job.id}` }).focus();
		await page.keyboard.press("Enter");
		await page.getByRole("status").getByText("recovered").waitFor();
		await bench.drain.once();
		bench.tick();
		await page.getByText("Nothing is stuck.").waitFor();

		expect(bench.airtable.get("Jobs", job.id).Status).toBe("completed");
		expect(await page.evaluate("document.activeElement.textContent")).toBe(
			"Stuck jobs",
		);
		expect(complaints).toEqual([]);
	});

	test("a round is run by a button also without a script", async () => {
		const bench = await setUp();
		const { page } = await openPage(browser, { javaScriptEnabled: false });
		await page.goto(`${bench.url}/dashboard`);

		await page.getByRole("button", { name: "Run a round now" }).click();
		await page.waitForURL("**/debug/check-stuck-jobs");

		expect(bench.said("poll round ended")).toHaveLength(1);
	});

	test("hostile text stays text, also where it comes while one looks", async () => {
		const bench = await setUp();
		const { page, complaints } = await look(bench);

		await post(bench, "", "<script>alert(1)</script>");
		await post(bench, "", { message: "<img src=x onerror=alert(2)>" });
		bench.tick();
		await page.locator("#webhooks").getByText("alert(2)").waitFor();

		const scripts = await page.locator("script:not([src])").count();
		expect(await page.locator("#webhooks").innerText()).toContain(
			"<script>alert(1)</script>",
		);
		expect([scripts, await page.locator("#webhooks img").count()]).toEqual([
			0, 0,
		]);
		expect(complaints).toEqual([]);
	});

	test("it says when it is no longer live", async () => {
		const bench = await setUp();
		const { page } = await look(bench);

		bench.endStreams();
		await page.locator('#live[data-state="off"]').waitFor();

		expect(await page.locator("#live").innerText()).toMatch(/^Not live since/);
		expect(await page.title()).toBe("Not live – NCA webhooks");
		// What it showed last is not what is.
		expect(
			await page.evaluate(
				"getComputedStyle(document.querySelector('main')).opacity",
			),
		).not.toBe("1");
	});

	test("in the dark it is dark", async () => {
		const bench = await setUp();
		const { page } = await look(bench, { colorScheme: "dark" });

		const [ground, ink] = (await page.evaluate(
			"[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]",
		)) as [string, string];

		const light = (colour: string) => Number(/\d+/.exec(colour)?.[0]);
		expect(light(ground)).toBeLessThan(60);
		expect(light(ink)).toBeGreaterThan(200);
	});
});
