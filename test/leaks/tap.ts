import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import type { EventEmitter } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, expect } from "vitest";
import { takeLeaks, watchPieces, watchText } from "./watch.ts";

/** Where the program itself answers in this process; who else answers is asked by it. */
const programs = new Set<number>();

/** Says that the program listens there. */
export function isProgram(url: string): void {
	programs.add(Number(new URL(url).port));
}

// biome-ignore lint/suspicious/noExplicitAny: each has many forms, and hands on what it is given
type Send = (...args: unknown[]) => any;
type Exchange = {
	request: IncomingMessage;
	response: ServerResponse;
	server: Server;
};

// What the program answers, and what it asks of others: records written, mails' and alerts' hosts, NCA.
subscribe("http.server.request.start", (message) => {
	const { request, response, server } = message as Exchange;
	const { port } = server.address() as AddressInfo;
	const { method, url = "" } = request;
	if (programs.has(port)) answered(`answer to ${method} ${url}`, response);
	else {
		const watch = watchPieces(`asked ${method} ${url}`);
		watch(url);
		overhear(request, watch);
	}
});

// What every program that is started prints.
subscribe("child_process", (message) => {
	const { process: child } = message as { process: ChildProcess };
	child.once("spawn", () => {
		const name = child.spawnargs.slice(0, 4).join(" ");
		if (child.stdout) overhear(child.stdout, watchPieces(`${name} printed`));
		if (child.stderr) overhear(child.stderr, watchPieces(`${name} complained`));
	});
});

/** Without reading it: who reads it decides when. */
function overhear(stream: EventEmitter, watch: (piece: unknown) => void): void {
	const { emit } = stream;
	stream.emit = function (event, ...rest) {
		if (event === "data") watch(rest[0]);
		return emit.call(this, event, ...rest);
	};
}

function answered(where: string, response: ServerResponse): void {
	const watch = watchPieces(where);
	const write = response.write.bind(response) as Send;
	const end = response.end.bind(response) as Send;
	response.write = (...args: unknown[]) => {
		watch(args[0]);
		return write(...args);
	};
	response.end = (...args: unknown[]) => {
		watchText(where, JSON.stringify(response.getHeaders()));
		watch(args[0]);
		return end(...args);
	};
}

afterEach(() => expect(takeLeaks(), "secrets that were told").toEqual([]));
// What is said while a test's parts are closed.
afterAll(() => expect(takeLeaks(), "secrets that were told").toEqual([]));
