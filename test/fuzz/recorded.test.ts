import fc from "fast-check";
import { expect, test } from "vitest";
import type { Entry } from "../../src/inbox/inbox.ts";
import { deliveryId, entry, ncaJobId, recordId } from "../inbox/entries.ts";
import { setUp } from "../set-up.ts";
import { runs } from "./runs.ts";
import { texts } from "./texts.ts";

/** As Node hands them on: each character a byte. */
const latin1 = texts(["=", "&"], 8).map((text) =>
	Buffer.from(text).toString("latin1"),
);
const bytes = fc.oneof(
	fc.uint8Array().map((all) => Buffer.from(all)),
	texts(["{", "}"]).map((text) => Buffer.from(text)),
);
const entries: fc.Arbitrary<Partial<Entry>> = fc.record({
	query: latin1,
	body: bytes,
	userAgent: latin1,
	ip: latin1,
	method: fc.constantFrom("POST", "M-SEARCH"),
	proof: fc.constantFrom("none", "token", "signature"),
	state: fc.constantFrom("accepted", "parked", "refused", "test"),
	reason: fc.oneof(
		fc.constant(null),
		texts().map((text) => text.toWellFormed()),
	),
	receivedAt: fc.integer({ min: 0, max: 4e12 }),
	jobId: fc.constantFrom(null, recordId("recAAAAAAAAAAAAAA")),
	ncaJobId: fc.constantFrom(null, ncaJobId("some-run")),
});

test("whatever is recorded is read back as it was, in lists, too, and is found by any piece of its body", async () => {
	const { inbox } = await setUp();
	let count = 0;

	await fc.assert(
		fc.asyncProperty(entries, fc.nat(), fc.nat(8), async (more, at, length) => {
			count += 1;
			const id = deliveryId(`d${String(count).padStart(8, "0")}`);
			const put = entry(id, more);
			const { repeatKey: _, tally: __, dueAt: ___, ...kept } = put;

			expect(await inbox.put(put)).toEqual({ kind: "new" });

			expect(await inbox.get(id)).toMatchObject(kept);
			const [last] = await inbox.list({ limit: 1 });
			expect(last).toMatchObject(kept);
			const from = at % (put.body.length + 1);
			const text = put.body.subarray(from, from + length).toString("utf8");
			const [found] = await inbox.list({ limit: 1, text });
			if (put.body.includes(text)) expect(found?.id).toBe(id);
			else expect(found?.body.includes(text) ?? true).toBe(true);
		}),
		runs(150, 0.1),
	);
});

test("any id that is asked for is that of one request, or of none", async () => {
	const { inbox } = await setUp();
	await inbox.put(entry("d00000001"));

	await fc.assert(
		fc.asyncProperty(
			fc.oneof(
				texts(["d00000001", "'", "*"]),
				fc.constantFrom("d00000001", ""),
			),
			fc.constantFrom("id", "before"),
			async (text, as) => {
				const found =
					as === "id"
						? await inbox.get(text)
						: (await inbox.list({ limit: 1, ids: [text] }))[0];

				if (found) expect([as, text]).toEqual(["id", "d00000001"]);
				const [earlier] = await inbox.list({ limit: 1, before: text });
				if (earlier) expect(earlier.id < text).toBe(true);
			},
		),
		runs(150, 0.1),
	);
});
