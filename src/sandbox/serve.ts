import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** Something that listens on loopback. */
export type Stand = { url: string; close: () => Promise<void> };

/** Serves an app on a free port of this machine, and of no other. */
export async function serve(app: RequestListener, port = 0): Promise<Stand> {
	const server = createServer(app);
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, "127.0.0.1", resolve);
	});
	const { port: taken } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${taken}`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
