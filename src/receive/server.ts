import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { StartError } from "../errors.ts";
import type { Log } from "../log.ts";
import { createBadRequests } from "./bad-requests.ts";

/** For requests in flight when the door closes, ms. */
const IN_FLIGHT_MS = 4_000;
/** For those that wait to be taken, when more come than can be, ms. */
const TAKING_MS = 1_000;

export type Door = {
	port: number;
	/** Takes no more requests; resolves when those in flight are answered. */
	close: () => Promise<void>;
};

type Needs = {
	host: string;
	port: number;
	/** The setting that names the port. */
	setting?: string;
	log: Pick<Log, "warn">;
	limits?: Limits;
};

/** How long a sender may take, ms. */
type Limits = {
	headers: number;
	whole: number;
	/** How often it is looked at: a sender may take so much longer. */
	lookEvery: number;
};

const LIMITS: Limits = { headers: 10_000, whole: 30_000, lookEvery: 1_000 };
/** Connections that wait to be taken while the loop is busy; the kernel takes its own limit where that is lower. */
const BACKLOG = 4096;

/** Opens the door. @throws StartError where the port cannot be had */
export function listen(
	app: RequestListener,
	{ host, port, setting = "PORT", log, limits = LIMITS }: Needs,
): Promise<Door> {
	const server = createServer(
		{
			headersTimeout: limits.headers,
			requestTimeout: limits.whole,
			// Without it the two above are looked at every 30 s only.
			connectionsCheckingInterval: limits.lookEvery,
			// Above any proxy's pooling time, so that it is never we who close a connection in use.
			keepAliveTimeout: 120_000,
		},
		app,
	);
	const monotonic = () => performance.now();
	server.on("clientError", createBadRequests({ log, monotonic }));
	// By itself it would answer 417, and nobody would see what came.
	server.on("checkExpectation", app);
	return new Promise((resolve, reject) => {
		server.once("error", (cause) => {
			const why = `HOST ${host}, ${setting} ${port}: cannot listen there: ${cause.message}`;
			reject(new StartError(why, { cause }));
		});
		server.listen({ port, host, backlog: BACKLOG }, () => {
			server.removeAllListeners("error");
			const address = server.address() as AddressInfo;
			resolve({ port: address.port, close: () => close(server) });
		});
	});
}

/** A connection kept alive would otherwise hold a server that is busy with it for seconds. */
async function close(server: Server): Promise<void> {
	await takeWaiting(server);
	const idle = setInterval(() => server.closeIdleConnections(), 50);
	const late = setTimeout(() => server.closeAllConnections(), IN_FLIGHT_MS);
	await new Promise((resolve) => server.close(resolve));
	clearInterval(idle);
	clearTimeout(late);
}

/**
 * Takes the connections that the kernel has taken for us: to shut the door on them would reset them, and NCA posts once.
 * Node takes one in a turn of its loop, so that a queue of them stands whenever the loop was busy for a moment.
 */
async function takeWaiting(server: Server): Promise<void> {
	const until = performance.now() + TAKING_MS;
	let came = true;
	const noteOne = () => {
		came = true;
	};
	// The turn that this begins in may have looked at the queue already.
	await setImmediate();
	server.on("connection", noteOne);
	while (came && performance.now() < until) {
		came = false;
		await setImmediate();
	}
	server.off("connection", noteOne);
}
