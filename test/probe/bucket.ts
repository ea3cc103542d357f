import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { objectAt, type StoredObject } from "../../src/probe/object.ts";

type Answer = (res: ServerResponse, req: IncomingMessage) => void;

export type Bucket = {
	object: (name: string) => StoredObject;
	/** Every request so far, e.g. `HEAD /a.mp4`. */
	asked: string[];
};

/** A bucket on loopback that answers every request as the test says. */
export async function startBucket(answer: Answer): Promise<Bucket> {
	const asked: string[] = [];
	const server = createServer((req, res) => {
		asked.push(`${req.method} ${req.url}`);
		answer(res, req);
	});
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	onTestFinished(
		() =>
			new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	);
	const { port } = server.address() as AddressInfo;
	return {
		asked,
		object: (name) => objectAt(`http://127.0.0.1:${port}`, name),
	};
}
