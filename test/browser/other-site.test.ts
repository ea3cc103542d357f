import express from "express";
import type { Browser } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { serve } from "../../src/sandbox/serve.ts";
import { setUp } from "../set-up.ts";
import { browserForTests, openPage } from "./chromium.ts";

const found = await browserForTests();
const browser = found as Browser;
const TOKEN = "an-admin-token-of-24-characters";

/** A page of another site that knows where the dashboard is. */
async function otherSite(target: string): Promise<string> {
	const app = express().get("/", (_req, res) => {
		res.type("html").send(`<!doctype html>
<form method="post" action="${target}/debug/check-stuck-jobs"><button>Win a prize</button></form>
<iframe src="${target}/dashboard"></iframe>`);
	});
	const { url, close } = await serve(app);
	onTestFinished(close);
	return url.replace("127.0.0.1", "localhost");
}

describe.skipIf(!found)(
	"a page of another site (skipped without Chromium)",
	() => {
		test.each([
			["where no token is set", {}, undefined],
			[
				"where the browser knows the password",
				{ ADMIN_TOKEN: TOKEN },
				{ username: "admin", password: TOKEN },
			],
		])("cannot press a button, %s", async (_where, env, httpCredentials) => {
			const bench = await setUp(env);
			const { page } = await openPage(
				browser,
				httpCredentials ? { httpCredentials } : {},
			);
			await page.goto(`${bench.url}/dashboard`);
			await page.getByText("Nothing is stuck.").waitFor();

			await page.goto(await otherSite(bench.url));
			const fetched = await page.evaluate(
				`fetch("${bench.url}/debug/check-stuck-jobs", { method: "POST", mode: "no-cors", credentials: "include" }).then(({ type }) => type, () => "kept from it")`,
			);
			const answer = page.waitForResponse("**/debug/check-stuck-jobs");
			await page.getByText("Win a prize").click();

			expect((await answer).status()).toBe(403);
			expect(fetched).toBe("kept from it");
			expect(bench.said("poll round ended")).toEqual([]);
		});

		test("cannot show it in a frame of its own", async () => {
			const bench = await setUp();
			const { page } = await openPage(browser);

			await page.goto(await otherSite(bench.url));

			const frame = page.frames().find((one) => one !== page.mainFrame());
			expect(await frame?.getByText("Nothing is stuck.").count()).toBe(0);
		});
	},
);
