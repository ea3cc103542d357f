import request from "supertest";
import { expect, test } from "vitest";
import { serveDashboard } from "./serve-dashboard.ts";

const ALL = [
	"/dashboard",
	"/dashboard/live.js",
	"/dashboard/morph.js",
	"/dashboard/chart.js",
	"/dashboard/style.css",
	"/dashboard/icon.svg",
	"/dashboard/uplot.js",
	"/dashboard/uplot.css",
];

test.each(ALL)(
	"%s is there, keeps to the policy and is not kept",
	async (of) => {
		const { url } = await serveDashboard();

		const { status, headers } = await request(url).get(of);

		expect(status).toBe(200);
		const policy = headers["content-security-policy"]?.split("; ").sort();
		expect(policy).toEqual([
			"base-uri 'none'",
			"connect-src 'self'",
			"default-src 'none'",
			"form-action 'self'",
			"frame-ancestors 'none'",
			"img-src 'self'",
			"script-src 'self'",
			"style-src 'self'",
		]);
		expect(headers).toMatchObject({
			"x-content-type-options": "nosniff",
			"referrer-policy": "no-referrer",
			"cache-control": "no-store",
		});
	},
);

test("the page has no script, style or handler in it, and asks no other host", async () => {
	const { url } = await serveDashboard();

	const { text } = await request(url).get("/dashboard");

	expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|https?:\/\//);
	expect(text.match(/<script[^>]*>[^<]/)).toBeNull();
});
