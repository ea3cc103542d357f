import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { listen } from "../../src/receive/server.ts";

const REQUEST = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

test("who was connected before the door closed is answered, though many waited to be taken", async () => {
	const door = await listen((_req, res) => void res.end("taken"), {
		host: "127.0.0.1",
		port: 0,
		log: { warn() {} },
	});
	const sockets = Array.from({ length: 50 }, () =>
		connect(door.port, "127.0.0.1"),
	);
	const answers = sockets.map(answerTo);
	// All are connected in one turn of the loop, and in a turn it takes one.
	await Promise.all(sockets.map((socket) => once(socket, "connect")));

	await door.close();

	expect(await Promise.all(answers)).toEqual(
		Array(50).fill(expect.stringMatching(/^HTTP\/1.1 200 OK/)),
	);
});

async function answerTo(socket: Socket): Promise<string> {
	let answer = "";
	socket.on("data", (chunk) => {
		answer += chunk;
	});
	socket.write(REQUEST);
	await once(socket, "close");
	return answer;
}
