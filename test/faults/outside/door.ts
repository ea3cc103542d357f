import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A place where something is reached, until it is shut: then connections are refused, and those that are open end. */
export type Door = {
	url: string;
	leadTo(url: string): void;
	shut(): Promise<void>;
	open(): Promise<void>;
};

export async function startDoor(): Promise<Door> {
	let to = 0;
	const sockets = new Set<Socket>();
	const server = createServer((client) => {
		const there = connect(to, "127.0.0.1");
		for (const socket of [client, there]) {
			sockets.add(socket);
			socket.on("error", () => {});
			socket.on("close", () => {
				sockets.delete(socket);
				client.destroy();
				there.destroy();
			});
		}
		client.pipe(there).pipe(client);
	});
	async function listen(port: number): Promise<void> {
		server.listen(port, "127.0.0.1");
		await once(server, "listening");
	}
	async function shut(): Promise<void> {
		if (!server.listening) return;
		server.close();
		for (const socket of sockets) socket.destroy();
		await once(server, "close");
	}

	await listen(0);
	onTestFinished(shut);
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		leadTo(url) {
			to = Number(new URL(url).port);
		},
		shut,
		open: () => listen(port),
	};
}
