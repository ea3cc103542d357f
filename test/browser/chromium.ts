import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, onTestFinished } from "vitest";

const CHROMIUM = "/usr/bin/chromium";

/** Null where this machine has none, and then its tests are skipped, but not in CI. @throws where CI has none */
export async function browserForTests(): Promise<Browser | null> {
	if (!existsSync(CHROMIUM)) {
		if (process.env.CI) throw new Error(`CI needs ${CHROMIUM}`);
		console.warn("no Chromium on this machine: its tests are skipped");
		return null;
	}
	const browser = await chromium.launch({
		executablePath: CHROMIUM,
		args: [
			"--no-sandbox",
			"--headless",
			"--disable-gpu",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			"--no-first-run",
		],
	});
	afterAll(() => browser.close());
	return browser;
}

type Options = Parameters<Browser["newContext"]>[0];

/** A window of its own, and whatever it complained of: the console, faults, dialogs. */
export async function openPage(
	browser: Browser,
	options: Options = {},
): Promise<{ page: Page; complaints: string[] }> {
	const context = await browser.newContext({
		viewport: { width: 1280, height: 900 },
		...options,
	});
	onTestFinished(() => context.close());
	const page = await context.newPage();
	const complaints: string[] = [];
	page.on("console", (message) => {
		if (["error", "warning"].includes(message.type()))
			complaints.push(message.text());
	});
	page.on("pageerror", (error) => complaints.push(String(error)));
	page.on("dialog", (dialog) => {
		complaints.push(`dialog: ${dialog.message()}`);
		void dialog.dismiss();
	});
	return { page, complaints };
}
