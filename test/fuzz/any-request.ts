import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { composeFailure } from "../bodies.ts";
import { mutated, texts } from "./texts.ts";

/** A request as its bytes say it; its headers hold what a parser lets through. */
export type AnyRequest = {
	method: string;
	target: string;
	headers: (readonly [string, string])[];
	body: Buffer;
	chunked: boolean;
};

export const ADMIN = "0123456789abcdef-operators";

const PATHS = [
	"/webhooks/nca-toolkit",
	"//webhooks/nca-toolkit",
	"/webhooks/nca-toolkit/",
	"/WEBHOOKS/NCA-toolkit",
	"/webhooks//nca-toolkit",
	"/webhooks/%6eca-toolkit",
	"/webhooks/debug-webhook",
	"/webhooks/other",
	"/webhooks",
	"/webhooks/../status",
	"/",
	"/health",
	"/ready",
	"/status",
	"/metrics",
	"/dashboard",
	"/openapi.json",
	"/debug/webhooks",
	"/debug/webhooks/d0",
	"/debug/webhooks/%00",
	"/debug/webhooks/%zz/replay",
	"/debug/webhooks/replay",
	"/debug/jobs",
	"/debug/jobs/recAAAAAAAAAAAAAA",
	"/debug/jobs/%F0%9F%98%80/check",
	"/debug/jobs/recAAAAAAAAAAAAAA/settle",
	"/debug/jobs/recAAAAAAAAAAAAAA/reopen",
	"/debug/check-stuck-jobs",
	"/jobs/expected",
	"/jobs/expected?token=x",
	"http://x/webhooks/nca-toolkit",
	"http://[/webhooks/nca-toolkit",
	"*",
];
const WORDS = [
	"job_id=",
	"recAAAAAAAAAAAAAA",
	"since=",
	"limit=",
	"before=",
	"status=",
	"q=",
	"token=",
	"__proto__=",
	"15m",
	"&",
];
/** What a parser of requests lets through: all else it answers by itself. */
const inTarget = (text: string) => text.replace(/[^!-~]/g, "");
const inHeader = (text: string) =>
	Buffer.from(text)
		.toString("latin1")
		.replace(/[^\P{Cc}\x80-\x9f\t]/gu, "");

const targets = fc
	.tuple(
		fc.oneof(
			{ weight: 8, arbitrary: fc.constantFrom(...PATHS) },
			{ weight: 1, arbitrary: texts(PATHS, 5).map((text) => `/${text}`) },
		),
		fc.oneof(
			fc.constant(""),
			texts(WORDS, 8).map((text) => `?${text}`),
		),
	)
	.map(([path, query]) => inTarget(path + query) || "/");

const names = fc.constantFrom(
	..."Content-Type Content-Encoding User-Agent Cookie Origin Sec-Fetch-Site X-Forwarded-For X-Forwarded-Proto Forwarded Fly-Client-IP Accept Accept-Encoding Range If-None-Match Referer X-HTTP-Method-Override Connection Last-Event-ID".split(
		" ",
	),
);
const values = fc
	.oneof(
		fc.constantFrom(
			"Bearer x",
			"application/json",
			"application/json; charset=utf-7",
			"application/x-www-form-urlencoded",
			"multipart/form-data; boundary=",
			"gzip",
			"identity",
			"gzip, br, identity",
			"same-origin",
			"null",
			"127.0.0.1, ::1",
			"close",
			"bytes=0-",
			"x".repeat(2000),
		),
		texts(["Bearer ", "gzip", "=", ";"], 5),
	)
	.map(inHeader);

/** Each where it belongs: what is sent elsewhere is no secret to the program. */
const proofs = fc.constantFrom(
	["Authorization", `Bearer ${ADMIN}`] as const,
	[
		"Authorization",
		`Basic ${Buffer.from(`x:${ADMIN}`).toString("base64")}`,
	] as const,
	["X-NCA-Signature", "0".repeat(64)] as const,
);
const headers = fc.oneof(
	{ weight: 3, arbitrary: fc.tuple(names, values) },
	{
		weight: 1,
		arbitrary: fc.tuple(
			fc.constantFrom("Authorization", "X-NCA-Signature"),
			values,
		),
	},
	{ weight: 2, arbitrary: proofs },
);

const WORDS_OF_BODIES = [
	'"job_id":{"toString":1}',
	'"token":"x"',
	'"operation":[[[[]]]]',
	'"operation":"combine"',
	'"url":"https://evil.example/a.mp4"',
	'"outcome":"completed"',
	'"since":"15m"',
	'"older_than_minutes":0',
	'"__proto__":{}',
];
const bodies = fc
	.oneof(
		mutated(
			fc.constant(
				JSON.stringify(composeFailure("recAAAAAAAAAAAAAA", "some-run")),
			),
			WORDS_OF_BODIES,
		),
		fc
			.array(fc.constantFrom(...WORDS_OF_BODIES), { maxLength: 4 })
			.map((parts) => `{${parts.join(",")}}`),
		fc.json(),
		texts(WORDS_OF_BODIES),
		fc.constantFrom(
			"",
			"{}",
			"[".repeat(20_000),
			"[".repeat(2_000) + "]".repeat(2_000),
			`{"job_id":${"[".repeat(4000)}${"]".repeat(4000)},"operation":"combine","token":"x"}`,
			'{"job_id":{"toString":1},"operation":"combine","token":"x"}',
			"x".repeat(20_000),
		),
	)
	.map((text) => Buffer.from(text));

export const requests: fc.Arbitrary<AnyRequest> = fc.record({
	method: fc.oneof(
		{ weight: 6, arbitrary: fc.constantFrom("POST", "GET") },
		{
			weight: 2,
			arbitrary: fc.constantFrom(
				"PUT",
				"HEAD",
				"DELETE",
				"OPTIONS",
				"PATCH",
				"TRACE",
				"PROPFIND",
				"QUERY",
				"M-SEARCH",
			),
		},
	),
	target: targets,
	headers: fc.array(headers, { maxLength: 5 }),
	body: bodies,
	chunked: fc.boolean(),
});

/** The answer to a request that ends its connection, and how it is laid out. */
export async function answerTo(url: string, request: AnyRequest) {
	const { hostname, port, host } = new URL(url);
	const { method, target, headers, body, chunked } = request;
	const lines = [
		`${method} ${target} HTTP/1.1`,
		`Host: ${host}`,
		...headers
			.filter(([name]) => name !== "Connection")
			.map(([name, value]) => `${name}: ${value}`),
		"Connection: close",
		chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${body.length}`,
	];
	const socket = connect(Number(port), hostname);
	const parts: Buffer[] = [];
	socket.on("data", (part) => parts.push(part));
	// A server that has said enough may cut who still speaks.
	socket.on("error", () => {});
	const whole = chunked
		? Buffer.concat([chunkOf(body), Buffer.from("0\r\n\r\n")])
		: body;
	socket.write(
		Buffer.concat([
			Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"),
			whole,
		]),
	);
	await once(socket, "close");
	const text = Buffer.concat(parts).toString("latin1");
	const end = text.indexOf("\r\n\r\n");
	const head = text.slice(0, end);
	return {
		status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]),
		head,
		body: text.slice(end + 4),
	};
}

function chunkOf(body: Buffer): Buffer {
	return body.length === 0
		? body
		: Buffer.concat([
				Buffer.from(`${body.length.toString(16)}\r\n`),
				body,
				Buffer.from("\r\n"),
			]);
}
