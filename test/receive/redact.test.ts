import { describe, expect, test } from "vitest";
import { redact, redactText } from "../../src/receive/redact.ts";

describe("a credential in a text is hidden whole", () => {
	test.each([
		['{"authorization":"Bearer sesame"}'],
		['{"password": "open sesame", "a": 1}'],
		['{"token":"a,sesame"}'],
		['{"api_key":"sesame\\"sesame"}'],
		['{"tokens":["sesame"]}'],
		['{"client_secret":{"value":"sesame"}}'],
		['{"token":"sesame'],
		["Authorization: Bearer sesame\nAccept: */*"],
		["a=1&token=sesame&b=2"],
		["a=1&token%3Dsesame"],
		["url=https%3A%2F%2Fh%2Fx%3FX-Amz-Signature%3Dsesame"],
		['{"url":"https:\\/\\/h\\/x?sig=sesame"}'],
		["see https://h/x?sig=sesame for more"],
	])("%s", (text) => {
		expect(redactText(text)).not.toContain("sesame");
	});
});

test("what is no credential stays", () => {
	const text =
		'{"job_id":"rec0","message":"No such filter: tpadd","url":"https://h/a.mp4"}';

	expect(redactText(text)).toBe(text);
});

test("a value is hidden by its name, however deep", () => {
	const value = { a: [{ "X-Api-Key": "sesame", b: 1 }], cookie: ["sesame"] };

	expect(redact(value)).toEqual({
		a: [{ "X-Api-Key": "[redacted]", b: 1 }],
		cookie: "[redacted]",
	});
});
