import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createBadRequests } from "../../src/receive/bad-requests.ts";
import { listen } from "../../src/receive/server.ts";
import { createClock, setUp as setUpProgram } from "../set-up.ts";
import { ROUTE } from "./send.ts";

/** As short as a test may be, ms; each is the first of the two that a sender meets. */
const SHORT = { headers: 50, whole: 5_000, lookEvery: 10 };
const SHORT_WHOLE = { headers: 500, whole: 500, lookEvery: 10 };

/** The program behind its own door, on which nothing may take long. */
async function setUp(limits = SHORT) {
	const bench = await setUpProgram();
	const said: [Record<string, unknown>, string][] = [];
	const log = { warn: (...line: (typeof said)[number]) => said.push(line) };
	const at = { host: "127.0.0.1", port: 0, log, limits };
	const door = await listen(bench.app, at);
	onTestFinished(door.close);
	const send = (text: string): Socket => {
		const socket = connect(door.port, "127.0.0.1");
		onTestFinished(() => void socket.destroy());
		socket.setEncoding("latin1").write(text);
		return socket;
	};
	return { bench, said, send };
}

/** All that comes until the other end closes. */
async function whole(socket: Socket): Promise<string> {
	let text = "";
	socket.on("data", (chunk) => {
		text += chunk;
	});
	await once(socket, "close");
	return text;
}

test("who does not finish his headers is cut, with 408, and the log says so", async () => {
	const { send, said } = await setUp();

	const answer = await whole(send(`POST ${ROUTE} HTTP/1.1\r\nHost: x\r\nX-A:`));

	expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
	expect(said).toEqual([
		[
			{ ip: "127.0.0.1", status: 408, why: "ERR_HTTP_REQUEST_TIMEOUT" },
			"request refused",
		],
	]);
});

test("who does not finish his body is cut, and it is a line as any other attempt", async () => {
	const { bench, send } = await setUp(SHORT_WHOLE);
	const head = `POST ${ROUTE} HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n`;

	const answer = await whole(send(`${head}{"code"`));

	expect(answer).toMatch(/^HTTP\/1\.1 408 /);
	expect(bench.said("webhook aborted")).toMatchObject([{ path: ROUTE }]);
	expect(await bench.inbox.list({ limit: 1 })).toEqual([]);
});

test("what is no HTTP is answered 400, and a header over 16 KB 431, each with a line", async () => {
	const { send, said } = await setUp();
	const giant = `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`;

	const answers = [await whole(send("\x16\x03\x01")), await whole(send(giant))];

	expect(answers[0]).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
	expect(answers[1]).toMatch(/^HTTP\/1\.1 431 /);
	expect(said.map(([{ status }]) => status)).toEqual([400, 431]);
});

test("a flood of rubbish is ten lines in a minute, and one that says so", () => {
	const { now: monotonic, advance } = createClock(0);
	const said: string[] = [];
	const warn = (_facts: object, msg: string) => said.push(msg);
	const refuse = createBadRequests({ log: { warn }, monotonic });
	const socket = () =>
		connect({ port: 1, host: "127.0.0.1" }).on("error", () => {});
	const rubbish = Object.assign(new Error("rubbish"), { code: "HPE_INVALID" });

	for (let nth = 0; nth < 30; nth += 1) refuse(rubbish, socket());
	advance(60_000);
	refuse(rubbish, socket());

	expect(said).toEqual([
		...Array.from({ length: 10 }, () => "request refused"),
		"requests refused, and no more lines for a minute",
		"request refused",
	]);
});
