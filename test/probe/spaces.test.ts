import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { createHeads } from "../../src/probe/spaces.ts";
import { startBucket } from "./bucket.ts";

/** So long that no machine is slow enough for it. */
const PATIENT = { deadlineMs: 60_000, most: 16 };

const status = (code: number, headers: Record<string, string> = {}) =>
	function answer(res: ServerResponse) {
		res.writeHead(code, headers).end();
	};

test("an object with a length is found, and asked for by one HEAD", async () => {
	const bucket = await startBucket(
		status(200, { "Content-Length": "1048576" }),
	);
	const object = bucket.object("a b_output_0.mp4");

	const found = await createHeads(PATIENT)()(object);

	expect(found).toEqual({ kind: "found", object, size: 1_048_576 });
	expect(bucket.asked).toEqual(["HEAD /a%20b_output_0.mp4"]);
});

test.each([
	["Mon, 23 Nov 2026 12:00:00 GMT", Date.parse("2026-11-23T12:00:00Z")],
	["yesterday", undefined],
])(
	"when an object was stored is told where that can be read: %s",
	async (time, storedAt) => {
		const bucket = await startBucket(
			status(200, { "Content-Length": "10", "Last-Modified": time }),
		);

		const found = await createHeads(PATIENT)()(bucket.object("a.mp4"));

		expect(found).toMatchObject({ kind: "found" });
		expect("storedAt" in found ? found.storedAt : undefined).toBe(storedAt);
	},
);

test.each([
	[200, { "Content-Length": "0" }, "HEAD 200, empty"],
	[403, {}, "HEAD 403"],
	[404, {}, "HEAD 404"],
	[403, { "Content-Length": "231" }, "HEAD 403"],
])("%i %j is absent", async (code, headers: Record<string, string>, why) => {
	const bucket = await startBucket(status(code, headers));
	const object = bucket.object("a.mp4");

	const absent = await createHeads(PATIENT)()(object);

	expect(absent).toEqual({ kind: "absent", object, why });
});

describe("what Spaces cannot say is unknown, never absent", () => {
	test.each([
		[200, "HEAD 200 without a length"],
		[204, "HEAD 204"],
		[206, "HEAD 206"],
		[400, "HEAD 400"],
		[401, "HEAD 401"],
		[429, "HEAD 429"],
		[500, "HEAD 500"],
		[503, "HEAD 503"],
	])("%i", async (code, why) => {
		const bucket = await startBucket(status(code));
		const object = bucket.object("a.mp4");

		const unknown = await createHeads(PATIENT)()(object);

		expect(unknown).toEqual({ kind: "unknown", object, why, asked: true });
	});

	test.each([301, 302, 307, 308])(
		"%i, and it is not followed",
		async (code) => {
			const length = { "Content-Length": "7" };
			const bucket = await startBucket((res, { url }) =>
				url === "/a.mp4"
					? status(code, { Location: "/b.mp4" })(res)
					: status(200, length)(res),
			);

			const unknown = await createHeads(PATIENT)()(bucket.object("a.mp4"));

			expect(unknown).toMatchObject({ kind: "unknown", why: `HEAD ${code}` });
			expect(bucket.asked).toEqual(["HEAD /a.mp4"]);
		},
	);

	test("a connection that is cut", async () => {
		const bucket = await startBucket((res) => res.destroy());

		const unknown = await createHeads(PATIENT)()(bucket.object("a.mp4"));

		expect(unknown).toMatchObject({
			kind: "unknown",
			why: "HEAD failed: ECONNRESET",
		});
	});

	test("a bucket that never answers, when the deadline has passed", async () => {
		const bucket = await startBucket(() => {});
		const head = createHeads({ deadlineMs: 50, most: 1 })();

		const unknown = await head(bucket.object("a.mp4"));

		expect(unknown).toMatchObject({
			kind: "unknown",
			why: "HEAD not answered within 50 ms",
		});
	});

	test("a host that does not listen", async () => {
		const object = { name: "a.mp4", url: "http://127.0.0.1:1/a.mp4" };

		const unknown = await createHeads(PATIENT)()(object);

		expect(unknown).toEqual({
			kind: "unknown",
			object,
			why: "HEAD failed: ECONNREFUSED",
			asked: true,
		});
	});
});

test("a HEAD that failed does not keep the next from being asked", async () => {
	let cut = true;
	const bucket = await startBucket((res) => {
		if (cut) res.destroy();
		else status(200, { "Content-Length": "7" })(res);
		cut = false;
	});
	const head = createHeads({ ...PATIENT, most: 1 })();

	const answers = await Promise.all([
		head(bucket.object("a.mp4")),
		head(bucket.object("b.mp4")),
	]);

	expect(answers.map(({ kind }) => kind)).toEqual(["unknown", "found"]);
});
