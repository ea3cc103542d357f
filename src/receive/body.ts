import type { IncomingMessage } from "node:http";

/** A request's bytes, or what kept them from being read; `head` is what was kept of one too large. */
export type RawBody =
	| { kind: "whole"; bytes: Buffer }
	| { kind: "too large"; head: Buffer }
	| { kind: "aborted" };

/** Kept of a body that is only to be looked at, bytes; a log line should stay near it. */
export const HEAD_BYTES = 4096;
/** How many times the limit is still read, and thrown away, so that the sender hears why: one cut off hears nothing. */
const PATIENCE = 8;

/** Reads a body as it was sent, up to `most` bytes; of a longer one the first 4 KB. Never throws. */
export function readRaw(req: IncomingMessage, most: number): Promise<RawBody> {
	return new Promise((resolve) => {
		let chunks: Buffer[] = [];
		let length = 0;
		const tooLarge = () => length > most;
		const settle = (body: RawBody) => {
			req
				.off("data", take)
				.off("end", end)
				.off("close", abort)
				.off("error", abort);
			resolve(body);
		};
		const kept = () => Buffer.concat(chunks);
		const take = (chunk: Buffer) => {
			if (!tooLarge()) chunks.push(chunk);
			length += chunk.length;
			if (!tooLarge()) return;
			chunks = [kept().subarray(0, HEAD_BYTES)];
			if (length > most * PATIENCE) end();
		};
		const end = () =>
			settle(
				tooLarge()
					? { kind: "too large", head: kept() }
					: { kind: "whole", bytes: kept() },
			);
		const abort = () => settle({ kind: "aborted" });
		req.on("data", take).on("end", end).on("close", abort).on("error", abort);
	});
}
