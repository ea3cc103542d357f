import type { IncomingMessage } from "node:http";
import type { Room } from "./room.ts";

/** A request's bytes, or what kept them from being read; `head` is what was kept of it. */
export type RawBody =
	| { kind: "whole"; bytes: Buffer; leave: () => void }
	| { kind: "too large"; head: Buffer }
	| { kind: "no room"; head: Buffer }
	| { kind: "aborted" };

/** The longest body that is taken, bytes; the largest ever seen had 434. */
export const LARGEST_BODY = 1024 * 1024;
/** Kept of a body that is only to be looked at, bytes; a log line should stay near it. */
export const HEAD_BYTES = 4096;
/** How many times the limit is still read, and thrown away: a sender that is cut off does not hear why. */
const PATIENCE = 8;

type Limits = {
	/** Bytes. */
	most: number;
	room?: Room;
	/** Whether it bears what may prove its sender. */
	mayProve?: () => boolean;
};

/**
 * Reads a body as it was sent, up to `most` bytes; of a longer one the first 4 KB, as soon as it is known to be so.
 * What is whole keeps its room until it is left. Never throws.
 */
export function readRaw(
	req: IncomingMessage,
	{ most, room, mayProve = () => false }: Limits,
): Promise<RawBody> {
	return new Promise((resolve) => {
		const chunks: Buffer[] = [];
		const declared = Number(req.headers["content-length"] ?? 0);
		let length = 0;
		const kept = () =>
			(chunks.length === 1 && chunks[0]) || Buffer.concat(chunks);
		const drop = (kind: "too large" | "no room") => {
			resolve({
				kind,
				head: Buffer.concat(chunks, Math.min(length, HEAD_BYTES)),
			});
			chunks.length = 0;
			isDropped = true;
			leave();
		};
		let isDropped = false;
		let isWhole = false;
		const place = room?.placeFor({
			mayProve,
			pause: () => void req.pause(),
			goOn: () => void req.resume(),
			giveUp() {
				drop("no room");
				req.resume();
			},
		});
		const leave = () => place && room?.leave(place);
		req.on("data", (chunk: Buffer) => {
			length += chunk.length;
			if (length > most * PATIENCE) req.destroy();
			if (isDropped) return;
			// The first can be a few bytes that came with the headers.
			chunks.push(chunk);
			if (length > most || declared > most) return drop("too large");
			if (place) room?.take(place, chunk.length);
		});
		req.once("end", () => {
			isWhole = true;
			if (place) room?.end(place);
			resolve({ kind: "whole", bytes: kept(), leave });
		});
		const abort = () => {
			if (isWhole) return;
			leave();
			resolve({ kind: "aborted" });
		};
		req.once("close", abort);
		req.once("error", abort);
	});
}
