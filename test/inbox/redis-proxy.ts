import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What stands between a client and its Redis, and can lose a command. */
export type Proxy = {
	url: string;
	/** Loses all that holds this word, until null. */
	swallow(word: string | null): void;
	/** How often it did. */
	swallowed(): number;
	/** Ends every connection. */
	hangUp(): void;
	close(): void;
};

export async function startProxy(redisUrl: string): Promise<Proxy> {
	const { hostname, port } = new URL(redisUrl);
	const sockets = new Set<Socket>();
	let lost: string | null = null;
	let times = 0;

	const server = createServer((client) => {
		const redis = connect(Number(port), hostname);
		for (const socket of [client, redis]) {
			sockets.add(socket);
			socket.on("error", () => {});
			socket.on("close", () => {
				sockets.delete(socket);
				client.destroy();
				redis.destroy();
			});
		}
		redis.pipe(client);
		client.on("data", (chunk) => {
			if (lost === null || !chunk.includes(lost)) redis.write(chunk);
			else times += 1;
		});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address() as AddressInfo;

	const hangUp = () => {
		for (const socket of sockets) socket.destroy();
	};
	return {
		url: `redis://127.0.0.1:${address.port}`,
		swallow(word) {
			lost = word;
		},
		swallowed: () => times,
		hangUp,
		close() {
			server.close();
			hangUp();
		},
	};
}
