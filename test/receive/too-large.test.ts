import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { setUp } from "../set-up.ts";
import { MIB, ROUTE } from "./send.ts";

/** The first answer to what is sent and not ended. */
async function answerTo(url: string, text: string): Promise<string> {
	const { hostname, port } = new URL(url);
	const socket = connect(Number(port), hostname);
	onTestFinished(() => void socket.destroy());
	socket.write(text);
	const [answer] = await once(socket, "data");
	return String(answer);
}

const head = (more: string) =>
	`POST ${ROUTE} HTTP/1.1\r\nHost: x\r\n${more}\r\n\r\n`;

test("a sender that told too great a length is answered before it has sent it", async () => {
	const { url, inbox } = await setUp();

	const answer = await answerTo(
		url,
		`${head("Content-Length: 5000000")}{"code"`,
	);

	expect(answer).toMatch(/^HTTP\/1\.1 413 /);
	expect(await inbox.list({ limit: 1 })).toMatchObject([
		{ state: "refused", body: Buffer.from('{"code"') },
	]);
});

test("one that tells no length is answered as soon as it is too great", async () => {
	const { url } = await setUp();
	const size = MIB + 1;

	const answer = await answerTo(
		url,
		`${head("Transfer-Encoding: chunked")}${size.toString(16)}\r\n${"x".repeat(size)}`,
	);

	expect(answer).toMatch(/^HTTP\/1\.1 413 /);
});
