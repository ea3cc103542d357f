import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished } from "vitest";
import { listen } from "../../src/receive/server.ts";
import { makeJob, succeed } from "../jobs.ts";
import { setUp } from "../set-up.ts";

/** Far more than an answer takes on any machine, ms; NCA would wait for ever. */
const IN_TIME = 10_000;

/** The program behind its own door, and what is seen of it from outside. */
export async function openDoor(env: Record<string, string> = {}) {
	const bench = await setUp(env);
	const sockets = new Set<Socket>();
	const faults: unknown[] = [];
	const note = (error: unknown) => faults.push(error);
	process.on("unhandledRejection", note);
	onTestFinished(() => void process.off("unhandledRejection", note));
	const host = "127.0.0.1";
	const door = await listen(bench.app, { log: { warn() {} }, host, port: 0 });
	onTestFinished(async () => {
		for (const socket of sockets) socket.destroy();
		await door.close();
	});
	const url = `http://${host}:${door.port}`;

	async function open(): Promise<Socket> {
		const socket = connect({ port: door.port, host, allowHalfOpen: true });
		sockets.add(socket);
		// Being cut off is one of the answers.
		socket.on("error", () => {});
		socket.once("close", () => sockets.delete(socket));
		await once(socket, "connect");
		return socket;
	}

	/** All that is answered until the other side ends. @param ends whether we end ours, once all is sent */
	async function answerTo(
		bytes: string | Buffer,
		ends = false,
	): Promise<string> {
		const socket = await open();
		const parts: Buffer[] = [];
		socket.on("data", (part) => parts.push(part));
		const over = new Promise((resolve) =>
			socket.once("end", resolve).once("close", resolve),
		);
		if (ends) socket.end(bytes);
		else socket.write(bytes);
		await over;
		socket.destroy();
		return Buffer.concat(parts).toString("latin1");
	}

	/** A webhook of a job of its own is taken in time, and no error went unheard. */
	async function expectTheNextTaken(): Promise<void> {
		const job = makeJob(bench, "combine");
		const answer = await succeed({ ...bench, url }, job).timeout(IN_TIME);
		expect(answer.status).toBe(200);
		expect(faults).toEqual([]);
		expect(bench.lines.filter(({ level }) => level === "error")).toEqual([]);
	}

	return { ...bench, url, open, answerTo, expectTheNextTaken };
}

/** The statuses of one answer, or of several behind each other. */
export function statusesOf(answers: string): number[] {
	return [...answers.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) =>
		Number(status),
	);
}

const ROUTE = "/webhooks/nca-toolkit";
export const BODY =
	'{"code":500,"id":"recAAAAAAAAAAAAAA","job_id":"some-run","message":"no"}';

/** A webhook's bytes. @param headers besides Host and Connection, each ended by CRLF */
export function webhook(headers: string, body = "", target = ROUTE): string {
	return `POST ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n${body}`;
}
