import { expect, test } from "vitest";
import { BODY, openDoor, statusesOf, webhook } from "./raw-socket.ts";

const LENGTH = `Content-Length: ${BODY.length}\r\n`;
const CHUNKED = "Transfer-Encoding: chunked\r\n";
const SIZE = BODY.length.toString(16);
const CHUNKS = `${SIZE}\r\n${BODY}\r\n0\r\n\r\n`;
const keptAlive = (text: string) =>
	text.replaceAll("Connection: close\r\n", "");

/** What is sent, and what is answered: statuses, one behind the other. */
const SPOKEN: Record<string, readonly [string | Buffer, ...number[]]> = {
	"no request line": ["garbage\r\n\r\n", 400],
	"HTTP/0.9, as it was": ["GET /webhooks/nca-toolkit\r\n\r\n", 405],
	"HTTP/1.0": [webhook(LENGTH, BODY).replace("1.1", "1.0"), 200],
	"an HTTP that there is not": [
		webhook(LENGTH, BODY).replace("1.1", "9.9"),
		400,
	],
	"the preface of HTTP/2": ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
	"a TLS hello": [Buffer.from("16030100f4010000f00303", "hex"), 400],
	NULs: [Buffer.alloc(1000), 400],
	"a NUL in the target": [webhook(LENGTH, BODY, "/webhooks/nca\0toolkit"), 400],
	"a NUL in a header": [webhook(`X-A: b\0\r\n${LENGTH}`, BODY), 400],
	"bytes that are no ASCII in the target": [
		webhook(LENGTH, BODY, "/webhooks/é"),
		400,
	],
	"a method in small letters": [
		webhook(LENGTH, BODY).replace("POST", "post"),
		400,
	],
	"line ends before it": [`\r\n\r\n${webhook(LENGTH, BODY)}`, 200],
	"line ends of a line feed alone": [
		webhook(LENGTH, BODY).replaceAll("\r\n", "\n"),
		400,
	],
	"a header of 100 kB": [webhook(`X-A: ${"b".repeat(100_000)}\r\n`), 431],
	"a target of 100 kB": [
		webhook(LENGTH, BODY, `/webhooks/nca-toolkit?${"a".repeat(100_000)}`),
		431,
	],
	"5,000 headers": [webhook("X-A: b\r\n".repeat(5000)), 431],
	"a header in two lines": [webhook(`X-A: b\r\n c\r\n${LENGTH}`, BODY), 400],
	"a header with a space in its name": [
		webhook(`X A: b\r\n${LENGTH}`, BODY),
		400,
	],
	"a header without a colon": [webhook(`XA\r\n${LENGTH}`, BODY), 400],
	"no Host": [webhook(LENGTH, BODY).replace("Host: x\r\n", ""), 400],
	"two Hosts": [webhook(`Host: y\r\n${LENGTH}`, BODY), 200],
	"two lengths": [webhook(`Content-Length: 5\r\n${LENGTH}`, BODY), 400],
	"the same length twice": [webhook(LENGTH + LENGTH, BODY), 400],
	"a length and chunks": [webhook(LENGTH + CHUNKED, CHUNKS), 400],
	"chunks and a length": [webhook(CHUNKED + LENGTH, CHUNKS), 400],
	"chunks under a space": [webhook(CHUNKED.replace(":", " :"), CHUNKS), 400],
	"chunks that are not the last coding": [
		webhook("Transfer-Encoding: chunked, identity\r\n", CHUNKS),
		400,
	],
	"a coding that is not chunks": [
		webhook("Transfer-Encoding: xchunked\r\n", CHUNKS),
		400,
	],
	"a length below zero": [webhook("Content-Length: -1\r\n", BODY), 400],
	"a length in hexadecimal": [webhook("Content-Length: 0x48\r\n", BODY), 400],
	"a length beyond all numbers": [
		webhook(`Content-Length: ${"9".repeat(40)}\r\n`, BODY),
		400,
	],
	"a chunk whose size is none": [
		webhook(CHUNKED, `zz\r\n${BODY}\r\n0\r\n\r\n`),
		400,
	],
	"a chunk whose size is below zero": [
		webhook(CHUNKED, `-1\r\n${BODY}\r\n0\r\n\r\n`),
		400,
	],
	"a chunk whose size is beyond all numbers": [
		webhook(CHUNKED, `${"f".repeat(20)}\r\n${BODY}\r\n0\r\n\r\n`),
		400,
	],
	"a chunk longer than its size": [
		webhook(CHUNKED, `5\r\n${BODY}\r\n0\r\n\r\n`),
		400,
	],
	"an endless extension of a chunk": [
		webhook(CHUNKED, `5;${"a".repeat(100_000)}`),
		413,
	],
	"extensions of a chunk": [
		webhook(CHUNKED, `${SIZE};a=b;c="d"\r\n${BODY}\r\n0\r\n\r\n`),
		200,
	],
	trailers: [
		webhook(CHUNKED, `${SIZE}\r\n${BODY}\r\n0\r\nX-A: b\r\n\r\n`),
		200,
	],
	"endless trailers": [
		webhook(CHUNKED, `${SIZE}\r\n${BODY}\r\n0\r\nX-A: ${"b".repeat(100_000)}`),
		431,
	],
	"three, one behind the other": [
		keptAlive(webhook(LENGTH, BODY).repeat(2)) + webhook(LENGTH, BODY),
		200,
		200,
		200,
	],
	"one in the body of another": [
		webhook(
			`Content-Length: ${webhook(LENGTH, BODY).length}\r\n`,
			webhook(LENGTH, BODY),
		),
		400,
	],
	"an expectation that is met": [
		webhook(`Expect: 100-continue\r\n${LENGTH}`, BODY),
		100,
		200,
	],
	"an expectation that nobody knows": [
		webhook(`Expect: the-unexpected\r\n${LENGTH}`, BODY),
		200,
	],
	"an upgrade to WebSocket": [
		webhook(`Upgrade: websocket\r\n${LENGTH}`, BODY).replace(
			"close",
			"upgrade, close",
		),
		200,
	],
	"an upgrade to HTTP/2": [
		webhook(`Upgrade: h2c\r\nHTTP2-Settings: AA\r\n${LENGTH}`, BODY).replace(
			"close",
			"upgrade, close",
		),
		200,
	],
	"a target with a host": [
		webhook(LENGTH, BODY, "http://evil.example/webhooks/nca-toolkit"),
		200,
	],
	"a target with a host that is none": [
		webhook(LENGTH, BODY, "http://[/webhooks/nca-toolkit"),
		200,
	],
	"a target of everything": [
		"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		403,
	],
	"a tunnel": ["CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n"],
};

test("whatever is spoken, it is answered as HTTP is, by nothing but a status that fits, and the next webhook is taken", async () => {
	const door = await openDoor();

	for (const [what, [bytes, ...statuses]] of Object.entries(SPOKEN)) {
		const before = door.said("webhook received").length;
		const answer = await door.answerTo(bytes);

		expect(statusesOf(answer), what).toEqual(statuses);
		expect(answer, what).not.toMatch(
			/<html|node_modules|\.ts\b|\bat .{1,200}:\d+:\d+/,
		);
		const taken = statuses.filter((status) => status === 200).length;
		expect(door.said("webhook received").length - before, what).toBe(taken);
	}

	await door.expectTheNextTaken();
});

test("of a header that is sent twice no valid part is picked: a signature not at all, of credentials the first", async () => {
	const { createHmac } = await import("node:crypto");
	const [WEBHOOK_SECRET, ADMIN_TOKEN] = [
		"0123456789abcdef-webhooks",
		"0123456789abcdef-operators",
	];
	const door = await openDoor({ WEBHOOK_SECRET, ADMIN_TOKEN });
	const good = `X-NCA-Signature: ${createHmac("sha256", WEBHOOK_SECRET).update(BODY).digest("hex")}\r\n`;
	const bad = `X-NCA-Signature: ${"0".repeat(64)}\r\n`;
	const right = `Authorization: Bearer ${ADMIN_TOKEN}\r\n`;
	const wrong = "Authorization: Bearer no\r\n";
	const ask = (headers: string) =>
		webhook(headers).replace("POST /webhooks/nca-toolkit", "GET /debug/jobs");
	const statusOf = async (text: string) =>
		statusesOf(await door.answerTo(text))[0];

	expect(await statusOf(webhook(good + LENGTH, BODY))).toBe(200);
	for (const both of [good + bad, bad + good, good + good])
		expect(await statusOf(webhook(both + LENGTH, BODY))).toBe(401);
	expect(await statusOf(ask(right + wrong))).toBe(200);
	expect(await statusOf(ask(wrong + right))).toBe(401);
});
