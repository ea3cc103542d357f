import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { HEAD_BYTES, readRaw } from "../../src/receive/body.ts";
import { runs } from "./runs.ts";

const sizes = fc.oneof(
	fc.nat(20),
	fc.constantFrom(0, 1, HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + 1),
	fc.nat(9000),
);
/** The bytes of a chunk tell its place, so that none can be taken for another. */
const chunked = fc
	.array(sizes, { maxLength: 12 })
	.map((lengths) =>
		lengths
			.filter((length) => length > 0)
			.map((length, nth) =>
				Buffer.from(Array.from({ length }, (_, at) => (at + 31 * nth) % 256)),
			),
	);
/** Of what is no number Node's parser lets nothing through. */
const declared = fc.oneof(
	fc.constant("true"),
	fc.constantFrom(undefined, "0", "1", "4096", "4097", "99999999999", "1e9"),
);
const limits = fc.constantFrom(0, 1, 100, HEAD_BYTES, 10_000);

function requestOf(length: string | undefined): IncomingMessage {
	const req = new IncomingMessage(new Socket());
	if (length !== undefined) req.headers["content-length"] = length;
	return req;
}

test("a body is read whole, just as it was sent, or known to be too large: whatever its chunks, whatever it declares", async () => {
	await fc.assert(
		fc.asyncProperty(chunked, declared, limits, async (chunks, says, most) => {
			const sent = Buffer.concat(chunks);
			const told = says === "true" ? String(sent.length) : says;
			const req = requestOf(told);

			const reading = readRaw(req, { most });
			for (const chunk of chunks) req.push(chunk);
			req.push(null);
			const raw = await reading;

			if (sent.length > most) expect(raw.kind).toBe("too large");
			if (raw.kind === "whole") expect(raw.bytes.equals(sent)).toBe(true);
			if (raw.kind !== "too large") return;
			expect(sent.length > most || Number(told) > most).toBe(true);
			expect(raw.head.length).toBeLessThanOrEqual(HEAD_BYTES);
			expect(raw.head.equals(sent.subarray(0, raw.head.length))).toBe(true);
			// Of what came before it was known, nothing is lost.
			const known = Number(told) > most ? 1 : Math.min(most, HEAD_BYTES);
			expect(raw.head.length).toBeGreaterThanOrEqual(
				Math.min(known, sent.length),
			);
		}),
		runs(300),
	);
});

test("a body that breaks off is never taken for a whole one", async () => {
	await fc.assert(
		fc.asyncProperty(chunked, declared, limits, async (chunks, says, most) => {
			const req = requestOf(says);

			const reading = readRaw(req, { most });
			for (const chunk of chunks) req.push(chunk);
			req.destroy();

			expect((await reading).kind).toMatch(/^(aborted|too large)$/);
		}),
		runs(200),
	);
});
