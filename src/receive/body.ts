import type { IncomingMessage } from "node:http";

/** A request's bytes, or what kept them from being read; `head` is what was kept of one too large. */
export type RawBody =
	| { kind: "whole"; bytes: Buffer }
	| { kind: "too large"; head: Buffer }
	| { kind: "aborted" };

/** The longest body that is taken, bytes; the largest ever seen had 434. */
export const LARGEST_BODY = 1024 * 1024;
/** Kept of a body that is only to be looked at, bytes; a log line should stay near it. */
export const HEAD_BYTES = 4096;
/** How many times the limit is still read, and thrown away: a sender that is cut off does not hear why. */
const PATIENCE = 8;

/**
 * Reads a body as it was sent, up to `most` bytes; of a longer one the first 4 KB, as soon as it is known to be so.
 * Never throws.
 */
export function readRaw(req: IncomingMessage, most: number): Promise<RawBody> {
	return new Promise((resolve) => {
		const chunks: Buffer[] = [];
		const declared = Number(req.headers["content-length"] ?? 0);
		let length = 0;
		const kept = () =>
			(chunks.length === 1 && chunks[0]) || Buffer.concat(chunks);
		req.on("data", (chunk: Buffer) => {
			length += chunk.length;
			if (length <= most) chunks.push(chunk);
			if (length > most * PATIENCE) req.destroy();
			if (length <= most && declared <= most) return;
			const head = chunks.length > 0 ? kept() : chunk;
			resolve({ kind: "too large", head: head.subarray(0, HEAD_BYTES) });
			chunks.length = 0;
		});
		req.once("end", () => resolve({ kind: "whole", bytes: kept() }));
		req.once("close", () => resolve({ kind: "aborted" }));
		req.once("error", () => resolve({ kind: "aborted" }));
	});
}
