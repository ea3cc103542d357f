import { describe, expect, test } from "vitest";
import { html, path, prose } from "../../../src/monitor/dashboard/html.ts";

describe("what stands in markup is text, whatever it is", () => {
	test.each([
		["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
		['" onclick="alert(1)', "&quot; onclick=&quot;alert(1)"],
		["' onclick='alert(1)", "&#39; onclick=&#39;alert(1)"],
		["&lt;script&gt;", "&amp;lt;script&amp;gt;"],
	])("%s", (text, escaped) => {
		expect(html`<p title="${text}">${text}</p>`.markup).toBe(
			`<p title="${escaped}">${escaped}</p>`,
		);
	});
});

test("markup of ours stays what it is, one or many, and null is nothing", () => {
	const items = ["a", "<b>"].map((text) => html`<li>${text}</li>`);

	expect(html`<ul>${items}</ul>${null}`.markup).toBe(
		"<ul><li>a</li><li>&lt;b&gt;</li></ul>",
	);
});

test("a value without quotes around it is a fault of ours, and found at once", () => {
	expect(() => html`<p title=${"x"}></p>`).toThrow(/quotes/);
});

test("what stands in backticks is code, and text all the same", () => {
	expect(html`<p>${prose("Run `npm run <x>`, then look.")}</p>`.markup).toBe(
		"<p>Run <code>npm run &lt;x&gt;</code>, then look.</p>",
	);
});

test("an id is one segment of a path, whatever it is", () => {
	expect(path`/debug/jobs/${"../x?y#z"}/check`).toBe(
		"/debug/jobs/..%2Fx%3Fy%23z/check",
	);
});
