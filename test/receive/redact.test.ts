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
		['{"tokens":["a]","sesame"]}'],
		['{"credentials":{"a":{"b":1},"c":"sesame"}}'],
		['{"data":"{\\"token\\":\\"sesame\\"}"}'],
		['{"tok\\u0065n":"sesame"}'],
		["a=1&%74oken=sesame"],
		["a=1&next=%2Fx%253Ftoken%253Dsesame"],
		['Authorization: Digest username="x", response="sesame"\nAccept: */*'],
		["{'a': 1, 'token': 'sesame'}"],
		["see https://h/x?sig='sesame for more"],
		["see https://user:it's-sesame@h/x for more"],
		['{"url":"https:\\/\\/user:sesame@h\\/x"}'],
		["url=https%3A%2F%2Fuser%3Asesame%40h%2Fx"],
	])("%s", (text) => {
		expect(redactText(text)).not.toContain("sesame");
	});
});

test("what is no credential stays", () => {
	const text =
		'{"job_id":"rec0","message":"No such filter: tpadd","url":"https://h/a.mp4"}';

	expect(redactText(text)).toBe(text);
});

test("of a body that speaks of a secret in a message, the rest stays", () => {
	const text =
		'{"message":"No such token: tpadd","id":"rec0","job_id":"run-1","a":[1]}';

	expect(redactText(text)).toBe(text.replace("tpadd", "[redacted]"));
});

test("a value is hidden by its name, however deep", () => {
	const value = { a: [{ "X-Api-Key": "sesame", b: 1 }], cookie: ["sesame"] };

	expect(redact(value)).toEqual({
		a: [{ "X-Api-Key": "[redacted]", b: 1 }],
		cookie: "[redacted]",
	});
});
