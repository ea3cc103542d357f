import { once } from "node:events";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { BODY, openDoor, statusesOf, webhook } from "./raw-socket.ts";
import { runs } from "./runs.ts";
import { mutated } from "./texts.ts";

const LENGTH = `Content-Length: ${BODY.length}\r\n`;
const CHUNKED = "Transfer-Encoding: chunked\r\n";
const PATIENCE = { timeout: 20_000, interval: 20 };
/** Of this process: of the program and of who speaks to it. */
const sockets = () =>
	process.getActiveResourcesInfo().filter((one) => one === "TCPSocketWrap")
		.length;

test("a body that comes byte by byte is taken, and holds up no other", async () => {
	const door = await openDoor();
	const socket = await door.open();
	socket.setNoDelay(true);
	const [answer] = [once(socket, "data")];

	for (const [nth, byte] of [...webhook(LENGTH, BODY)].entries()) {
		socket.write(byte);
		await new Promise(setImmediate);
		if (nth % 50 === 0) await door.expectTheNextTaken();
	}

	expect(statusesOf(String(await answer))).toEqual([200]);
});

test("who ends his side once all is said has his answer; who ends it before has none, and is seen", async () => {
	const door = await openDoor();

	const whole = await door.answerTo(webhook(LENGTH, BODY), true);
	const half = await door.answerTo(webhook(LENGTH, BODY.slice(0, 9)), true);

	expect(statusesOf(whole)).toEqual([200]);
	expect(statusesOf(half)).toEqual([400]);
	await vi.waitFor(
		() => expect(door.said("webhook aborted")).toHaveLength(1),
		PATIENCE,
	);
	await door.expectTheNextTaken();
});

test("a thousand connections that say nothing, or never all, keep no webhook out, and leave nothing behind", async () => {
	const door = await openDoor();
	await door.expectTheNextTaken();
	const before = sockets();
	const said = [
		"",
		"P",
		"POST /webhooks/nca-toolkit HTTP/1.1\r\nHost: x\r\n",
		webhook(LENGTH, "{"),
		webhook(CHUNKED, "5\r\n{"),
	];

	const open = await Promise.all(
		Array.from({ length: 1000 }, async (_, nth) => {
			const socket = await door.open();
			socket.write(said[nth % said.length] ?? "");
			return socket;
		}),
	);
	await door.expectTheNextTaken();
	await door.expectTheNextTaken();
	expect(sockets()).toBeGreaterThanOrEqual(before + 2000);
	for (const socket of open) socket.destroy();

	await vi.waitFor(
		() => expect(sockets()).toBeLessThanOrEqual(before + 10),
		PATIENCE,
	);
	await door.expectTheNextTaken();
});

test("whatever bytes come, in whatever pieces, every answer is one of the contract's, and the next webhook is taken", async () => {
	const door = await openDoor();
	const said = mutated(
		fc.constantFrom(
			webhook(LENGTH, BODY),
			webhook(
				CHUNKED,
				`5\r\n${BODY.slice(0, 5)}\r\n${(BODY.length - 5).toString(16)}\r\n${BODY.slice(5)}\r\n0\r\n\r\n`,
			),
			webhook(LENGTH, BODY).replace("Connection: close\r\n", "").repeat(3),
			webhook("", "", "/webhooks/other?a=b"),
		),
		[
			"\r\n",
			"\n",
			"\r\n\r\n",
			"Content-Length: 3",
			"Transfer-Encoding: chunked",
			"HTTP/1.1",
			"POST ",
			"0\r\n\r\n",
			"ffffffff\r\n",
			";",
			": ",
		],
	).map((text) => Buffer.from(text, "latin1"));

	await fc.assert(
		fc.asyncProperty(said, async (bytes) => {
			door.clock.advance(60_000);

			const statuses = statusesOf(await door.answerTo(bytes, true));

			for (const status of statuses)
				expect([
					100, 200, 202, 400, 401, 403, 404, 405, 408, 413, 415, 431,
				]).toContain(status);
		}),
		runs(200, 0.2),
	);

	await door.expectTheNextTaken();
});
