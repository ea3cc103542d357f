import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { StartError } from "../errors.ts";

/** For requests in flight when the door closes, ms. */
const IN_FLIGHT_MS = 4_000;

export type Door = {
	port: number;
	/** Takes no more requests; resolves when those in flight are answered. */
	close: () => Promise<void>;
};

/** Opens the door. @throws StartError where the port cannot be had */
export function listen(
	app: RequestListener,
	{
		host,
		port,
		setting = "PORT",
	}: { host: string; port: number; setting?: string },
): Promise<Door> {
	const server = createServer(
		{
			headersTimeout: 10_000,
			requestTimeout: 30_000,
			// Without it the two above are looked at every 30 s only.
			connectionsCheckingInterval: 1_000,
			// Above any proxy's pooling time, so that it is never we who close a connection in use.
			keepAliveTimeout: 120_000,
		},
		app,
	);
	return new Promise((resolve, reject) => {
		server.once("error", (cause) => {
			const why = `HOST ${host}, ${setting} ${port}: cannot listen there: ${cause.message}`;
			reject(new StartError(why, { cause }));
		});
		server.listen(port, host, () => {
			server.removeAllListeners("error");
			const address = server.address() as AddressInfo;
			resolve({ port: address.port, close: () => close(server) });
		});
	});
}

/** A connection kept alive would otherwise hold a server that is busy with it for seconds. */
async function close(server: Server): Promise<void> {
	const idle = setInterval(() => server.closeIdleConnections(), 50);
	const late = setTimeout(() => server.closeAllConnections(), IN_FLIGHT_MS);
	await new Promise((resolve) => server.close(resolve));
	clearInterval(idle);
	clearTimeout(late);
}
