import type { IncomingMessage, ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { objectAt, type StoredObject } from "../../src/probe/object.ts";
import { serve } from "../../src/sandbox/serve.ts";

type Answer = (res: ServerResponse, req: IncomingMessage) => void;

export type Bucket = {
	object: (name: string) => StoredObject;
	/** Every request so far, e.g. `HEAD /a.mp4`. */
	asked: string[];
};

/** A bucket on loopback that answers every request as the test says. */
export async function startBucket(answer: Answer): Promise<Bucket> {
	const asked: string[] = [];
	const { url, close } = await serve((req, res) => {
		asked.push(`${req.method} ${req.url}`);
		answer(res, req);
	});
	onTestFinished(close);
	return {
		asked,
		object: (name) => objectAt(url, name),
	};
}
